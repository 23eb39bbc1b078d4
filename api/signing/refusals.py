"""Why somebody is not let in, or not now (サインインの不備).

RenkeiError (domain/errors.py)
└── Refusal
    ├── CrossSite               the request came from another site's page
    ├── FormExpired             the form is not one that this browser was given
    ├── ProviderUnknown         the city has no such way to sign in
    ├── ProviderRefused         what the provider answered does not hold
    ├── ProviderAway            the provider does not answer
    ├── PersonUnknown           the provider knows the person, the city does not
    ├── SignInAgain             who came by a provider must have done so just now
    └── LocalOff                nobody is let in by login and secret here
"""

from domain.errors import NotAllowed, NotFound, Refusal, Unavailable


class CrossSite(NotAllowed):
    """A request with a session's cookie that did not come from our own pages."""

    en = "This request came from another site, so nothing was done. Use the pages of this site, or a bearer token."
    ja = "他のサイトからのリクエストのため、実行しませんでした。このサイトの画面かトークンを使ってください。"


class FormExpired(NotAllowed):
    """A form whose hidden mark is not the one that this browser was given."""

    en = "This page was open for too long, or cookies are blocked. Open it again and repeat."
    ja = "画面を開いてから時間がたったか、Cookie が使えません。画面を開き直してもう一度お試しください。"


class ProviderUnknown(NotFound):
    """The city has no provider of this name."""

    en = "This city has no such way to sign in."
    ja = "この市には、その方法のサインインはありません。"


class ProviderRefused(NotAllowed):
    """The provider's answer is wrong, old, or not for this browser. ``problem`` goes to the log alone."""

    en = "Signing in was not completed, or its answer does not hold. Start again."
    ja = "サインインが完了しなかったか、応答を確認できませんでした。最初からやり直してください。"

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class ProviderAway(Unavailable):
    """The provider cannot be reached."""

    en = "The service that you sign in with does not answer at the moment. Try again in a few minutes."
    ja = "サインインに使うサービスが応答しません。数分後にもう一度お試しください。"


class PersonUnknown(NotAllowed):
    """Nobody in this city is linked to the person whom the provider vouches for."""

    en = (
        "You have signed in with {provider}, but this city's desk does not know you yet. Ask the city's administrator"
        " to enter you; no account is made by itself."
    )
    ja = (
        "{provider} でのサインインはできましたが、この市の窓口には登録されていません。"
        "市の管理者に登録を依頼してください（自動では登録されません）。"
    )


class LocalOff(Refusal):
    """Nobody is let in by login and secret here."""

    en = "Logins with a secret are turned off here. Sign in with one of the services that are named."
    ja = "ここではパスワードによるサインインは使えません。表示されているサービスでサインインしてください。"


class SignInAgain(NotAllowed):
    """What lets a member in is changed only by who has just shown who it is."""

    en = "You signed in some time ago. Sign out, sign in again, and repeat this within ten minutes."
    ja = "サインインから時間がたっています。いったんサインアウトし、サインインし直して 10 分以内に操作してください。"
