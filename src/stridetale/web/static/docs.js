// Starts Swagger UI. A file of its own, since no page of ours may have a script within it.
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
