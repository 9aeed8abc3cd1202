"""Templates: everything that they are given is text, and escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from stridetale import __version__


def render(template: str, **values: object) -> str:
    """The page that a template makes of these values."""
    usual = {"version": __version__, "connected": False, "signed_in": False}
    return _templates().get_template(template).render(usual | values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("stridetale.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
