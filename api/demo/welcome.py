"""What the demo tells who has just started it: where to look, and as whom (デモの案内)."""

from typing import Final

from rich.console import Console
from rich.table import Table

from api.demo.accounts import PASSWORD, People
from api.settings import Settings

EARLIER: Final = (
    "The samples in this data folder are those of an earlier release, and stay as they are; some accounts may be"
    " missing. For the present ones take a folder of its own: RENKEI_DATA=.demo make demo\n"
    "このフォルダーの見本は以前の版のもので、そのまま残しています（一部のアカウントはないことがあります）。"
    "今の版の見本は別のフォルダーで: RENKEI_DATA=.demo make demo"
)

PROPOSER: Final = (
    "A proposer reads what its party is told: { myProposals { nodes { stage title { text } } } }\n"
    "提案者は myProposals で自らの提案を読めます。統計（statistics）は見本を数えないため、デモでは 0 です。"
    " / statistics leaves samples out."
)


def welcome(out: Console, settings: Settings, *, earlier: bool = False) -> None:
    """Print the addresses and accounts; ``earlier``: the samples are those of another release."""
    base = f"http://{settings.host}:{settings.port}"
    out.print(f"\n[bold]renkei 連携[/bold] serves on [bold]{base}[/bold]\n", highlight=False)
    places = Table.grid(padding=(0, 2))
    places.add_row("入口 / front page", f"{base}/")
    places.add_row("公開 GraphQL / public GraphQL", f"{base}/graphql")
    places.add_row("窓口 GraphQL / desk GraphQL", f"{base}/desk/sapporo/graphql   {base}/desk/aomori/graphql")
    places.add_row("サインイン / sign in", f"{base}/desk/sapporo/sign-in   {base}/desk/aomori/sign-in")
    places.add_row("稼働・指標 / health, metrics", f"{base}/readyz   {base}/metrics")
    out.print(places, highlight=False)
    table = Table("city", "login", "roles", "name", title=f"Accounts; everybody's password is {PASSWORD}")
    for account in People().accounts():
        table.add_row(account.slug, account.login, ", ".join(role.value for role in account.roles), account.name)
    out.print(table)
    out.print(PROPOSER, highlight=False)
    out.print(
        f"A token:  curl -s {base}/desk/sapporo/token -H 'content-type: application/json'"
        f' -d \'{{"login": "sapporo-desk", "secret": "{PASSWORD}"}}\'',
        highlight=False,
        soft_wrap=True,
    )
    if earlier:
        out.print(EARLIER, highlight=False)
    out.print("Ctrl-C ends everything; the data stay.", highlight=False)
    out.print("Ctrl-C で終了します。見本は架空、事例は資料に基づく実例です。\n", highlight=False)
