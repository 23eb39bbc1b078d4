"""The methods that all cities share: the union of what the cities' documents list and what their cases need (手法).

A city's catalogue (``Policy.methods``) picks from these codes, gives its own local names and says which follow rules of
their own. Sources: the list of methods in Sapporo's direction, the two tables of other methods, the partnership pages
and the cases in Aomori's guideline. Codes never change; names may.
"""

from typing import Final

from domain.policy import Entry, Names
from domain.values import Code

METHODS: Final[tuple[Entry, ...]] = (
    # in both cities' lists, or in one of them
    Entry(Code("pfi"), Names("PFI/PPP", "PFI/PPP")),
    Entry(Code("park_pfi"), Names("Park-PFI", "Park-PFI")),
    Entry(Code("designated_manager"), Names("指定管理者制度", "Designated manager scheme")),
    Entry(Code("public_property"), Names("公有財産の利活用", "Use of public property")),
    Entry(Code("advertising"), Names("広告事業", "Advertising")),
    Entry(Code("naming_rights"), Names("ネーミングライツ", "Naming rights")),
    Entry(Code("outsourcing"), Names("業務委託", "Outsourcing")),
    Entry(Code("pfs_sib"), Names("PFS/SIB", "Pay for success / social impact bond")),
    Entry(Code("sounding"), Names("サウンディング調査", "Market sounding")),
    Entry(Code("private_proposal"), Names("民間提案制度", "Private proposal scheme")),
    Entry(Code("pilot"), Names("実証実験", "Pilot project")),
    Entry(Code("industry_academia"), Names("産学官連携組織の設置", "Joint body of industry, academia and government")),
    Entry(Code("agreement"), Names("連携協定", "Partnership agreement")),
    Entry(Code("fundraising"), Names("資金調達", "Fundraising")),
    Entry(Code("corporate_donation"), Names("企業版ふるさと納税", "Corporate hometown tax donation")),
    # kinds of partnership
    Entry(Code("business_agreement"), Names("事業連携協定", "Agreement on one field")),
    Entry(Code("comprehensive_agreement"), Names("包括連携協定", "Comprehensive agreement")),
    Entry(Code("memorandum"), Names("覚書", "Memorandum")),
    Entry(Code("collaboration"), Names("連携事業", "Joint project")),
    # what cases need besides
    Entry(Code("other"), Names("その他", "Other")),
    Entry(Code("unstated"), Names("記載なし", "Not stated")),
)

METHOD_CODES: Final[tuple[Code, ...]] = tuple(entry.code for entry in METHODS)
