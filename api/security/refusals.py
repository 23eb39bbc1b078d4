"""Requests that are turned away before any route sees them (受付前の拒否).

RenkeiError (domain/errors.py)
├── Unavailable
│   └── Crowded                 more requests wait than can be worked off soon
├── TooManyRequests             one address, member or city asked more often than its budget allows
│   └── TooManyAtOnce           as many files of a member or city are on their way as may be
├── HostUnknown                 the request was meant for another host
├── MonitorsOnly                it tells of the deployment itself, to those who watch over it
├── RequestMalformed            it is no HTTP request
├── RequestTooSlow              it did not arrive in time
├── PlaceUnknown                there is nothing at that address
└── MethodUnsuitable            there is something, but not by that method
"""

from domain.errors import RenkeiError, Unavailable


class Crowded(Unavailable):
    """More requests are waiting than can be worked off soon; nothing was done."""

    en = "Too many requests at the moment. Nothing was done. Try again in a few seconds."
    ja = "アクセスが混み合っています。処理は行われていません。数秒後にもう一度お試しください。"


class TooManyRequests(RenkeiError):
    """More requests than the budget of an address, a member or a city allows. Details: ``seconds`` to wait."""

    en = "Too many requests. Wait {seconds} seconds, then ask less often."
    ja = "アクセスの回数が上限を超えました。{seconds} 秒待ってから、間隔を空けてお試しください。"


class TooManyAtOnce(TooManyRequests):
    """As many files of one member, or of one city, are on their way as may be. Details: ``seconds`` to wait."""

    en = "Other files of yours, or of your city, are still on their way. Wait {seconds} seconds, then try again."
    ja = "ほかのファイルの送受信が続いています。{seconds} 秒ほど待ってから、もう一度お試しください。"


class HostUnknown(RenkeiError):
    """The Host header names none of ours."""

    en = "This server does not answer under that host name. Check the address."
    ja = "このサーバーはそのホスト名では応答しません。アドレスを確認してください。"


class MonitorsOnly(RenkeiError):
    """What tells of the deployment itself is for its operator's own machines."""

    en = "This is answered only to the machine itself and to addresses in RENKEI_MONITORS, without a proxy between."
    ja = "この情報は、このサーバー自身と RENKEI_MONITORS のアドレスにだけ、プロキシを介さない接続で応答します。"


class RequestMalformed(RenkeiError):
    """What was sent is no HTTP request."""

    en = "That is not an HTTP request that can be read here. Check method, address and headers."
    ja = "HTTP のリクエストとして読めません。メソッド、アドレス、ヘッダーを確認してください。"


class RequestTooSlow(RenkeiError):
    """The request did not arrive in time."""

    en = "The request did not arrive in time. Send it again."
    ja = "リクエストが時間内に届きませんでした。もう一度送ってください。"


class PlaceUnknown(RenkeiError):
    """There is nothing at that address."""

    en = "There is nothing at this address. Check it."
    ja = "このアドレスには何もありません。アドレスを確認してください。"


class MethodUnsuitable(RenkeiError):
    """There is something at that address, but not by that method. Details: ``allowed``."""

    en = "This address does not take that method; it takes: {allowed}."
    ja = "このアドレスではそのメソッドを使えません。使えるメソッド: {allowed}。"
