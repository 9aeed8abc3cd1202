"""Everything that can go wrong, as one tree.

Each leaf holds an HTTP `status`, a `kind` (a stable name for programs), a `title` (the same for
every occurrence) and whether it is `transient` (worth trying again as it is). The `detail` is one
clear sentence for a person. The edges translate: the web into problem+json, the command line into
the sentence and exit code 1 (2 for `SettingsInvalid`).

    StridetaleError
    ├── FileRefused                    a file that cannot become an activity
    │   ├── FileMissing                there is no such file
    │   ├── FileEmpty                  nothing in it
    │   ├── FileTooLarge               more than we are willing to read
    │   ├── FileTypeUnknown            not GPX, TCX, FIT, .gz of these, or an export zip
    │   ├── FileDamaged                cut off, bad checksum, not well-formed
    │   ├── FileDangerous              made to do harm: a bomb, an entity attack, a path out
    │   ├── FileHasNoActivity          well-formed, but nothing was recorded in it
    │   └── ExportNotUnderstood        an export whose activities.csv we cannot read
    ├── NotHere
    │   ├── ActivityNotFound           this athlete has no such activity
    │   ├── PageNotFound               no such address
    │   ├── TokenNotFound              this athlete has no such token
    │   └── NothingPublished           no story of this activity is on Strava
    ├── RequestRefused
    │   ├── RequestMalformed           the payload or a parameter is not what the API says
    │   ├── CursorInvalid              a page cursor that we did not make
    │   ├── MethodNotAllowed           the address exists, not with this method
    │   ├── HostNotAllowed             a Host header of another site
    │   ├── OriginNotAllowed           a state-changing request from another site's page
    │   ├── TooManyAtOnce              more is being told than this machine should take on
    │   ├── NotSignedIn                neither a living session nor a token
    │   ├── SignInFailed               an athlete came back from Strava and cannot be let in
    │   ├── AthleteNotAllowed          the operator's list of athletes has others
    │   ├── StravaNotSetUp             there is no connection to Strava
    │   ├── TooManyTokens              an athlete has as many tokens as one may have
    │   └── NothingToPublish           an activity that has no story
    ├── WriterFailed                   a model cannot draft (the composer still can)
    │   ├── EngineMissing              the wheel with llama.cpp is not installed
    │   ├── WeightsMissing             the weights are not there
    │   ├── WeightsUnusable            the engine cannot load them
    │   ├── WriterTimedOut             no draft in time
    │   ├── WriterUnreachable          the endpoint does not answer
    │   └── WriterRefused              the endpoint answers that it will not
    ├── StravaFailed                   Strava does not give what was asked for
    │   ├── SignInNeeded               no grant, or one that Strava no longer takes
    │   ├── ScopeMissing               the athlete did not grant what this needs
    │   ├── StravaInactive             the app's owner has no paid subscription
    │   ├── StravaLimited              the rate limit is used up
    │   ├── StravaUnreachable          no answer, or none that can be read
    │   └── StravaRefused              Strava answers that it will not
    ├── StoreFailed
    │   ├── StoreUnavailable           the store cannot be opened or does not answer
    │   ├── StoreDamaged               what it holds cannot be read
    │   ├── StoreFull                  one thing is more than the store takes
    │   ├── StoreTooNew                written by a newer Stridetale
    │   ├── CopyRefused                the target of a copy holds something else
    │   └── CopyDiffers                after a copy the two are not the same
    ├── SettingsInvalid                a setting that cannot be used
    ├── VaultClosed                    something was sealed with a key that is not here
    ├── PortTaken                      another program listens there already
    └── Unforeseen                     a defect of ours; shows only a request id
"""

from stridetale.errors.accounts import (
    AthleteNotAllowed,
    NothingPublished,
    NothingToPublish,
    NotSignedIn,
    SignInFailed,
    StravaNotSetUp,
    TokenNotFound,
    TooManyTokens,
)
from stridetale.errors.files import (
    ExportNotUnderstood,
    FileDamaged,
    FileDangerous,
    FileEmpty,
    FileHasNoActivity,
    FileMissing,
    FileRefused,
    FileTooLarge,
    FileTypeUnknown,
)
from stridetale.errors.requests import (
    ActivityNotFound,
    CursorInvalid,
    HostNotAllowed,
    MethodNotAllowed,
    NotHere,
    OriginNotAllowed,
    PageNotFound,
    RequestMalformed,
    RequestRefused,
    TooManyAtOnce,
)
from stridetale.errors.root import (
    StridetaleError,
)
from stridetale.errors.service import (
    PortTaken,
    SettingsInvalid,
    Unforeseen,
    VaultClosed,
)
from stridetale.errors.stores import (
    CopyDiffers,
    CopyRefused,
    StoreDamaged,
    StoreFailed,
    StoreFull,
    StoreTooNew,
    StoreUnavailable,
)
from stridetale.errors.strava import (
    ScopeMissing,
    SignInNeeded,
    StravaFailed,
    StravaInactive,
    StravaLimited,
    StravaRefused,
    StravaUnreachable,
)
from stridetale.errors.writers import (
    EngineMissing,
    WeightsMissing,
    WeightsUnusable,
    WriterFailed,
    WriterRefused,
    WriterTimedOut,
    WriterUnreachable,
)

__all__ = [
    "ActivityNotFound",
    "AthleteNotAllowed",
    "CopyDiffers",
    "CopyRefused",
    "CursorInvalid",
    "EngineMissing",
    "ExportNotUnderstood",
    "FileDamaged",
    "FileDangerous",
    "FileEmpty",
    "FileHasNoActivity",
    "FileMissing",
    "FileRefused",
    "FileTooLarge",
    "FileTypeUnknown",
    "HostNotAllowed",
    "MethodNotAllowed",
    "NotHere",
    "NotSignedIn",
    "NothingPublished",
    "NothingToPublish",
    "OriginNotAllowed",
    "PageNotFound",
    "PortTaken",
    "RequestMalformed",
    "RequestRefused",
    "ScopeMissing",
    "SettingsInvalid",
    "SignInFailed",
    "SignInNeeded",
    "StoreDamaged",
    "StoreFailed",
    "StoreFull",
    "StoreTooNew",
    "StoreUnavailable",
    "StravaFailed",
    "StravaInactive",
    "StravaLimited",
    "StravaNotSetUp",
    "StravaRefused",
    "StravaUnreachable",
    "StridetaleError",
    "TokenNotFound",
    "TooManyAtOnce",
    "TooManyTokens",
    "Unforeseen",
    "VaultClosed",
    "WeightsMissing",
    "WeightsUnusable",
    "WriterFailed",
    "WriterRefused",
    "WriterTimedOut",
    "WriterUnreachable",
]
