"""The fields that all cities share, so that the public can look for one subject across cities (分野).

A city's plans have fields of their own (``Policy.plans``); these are beside them, for cases and challenges shown to
others. Codes never change; names may. The list is *ours*: neither city's document has one.
"""

from typing import Final

from domain.policy import Entry, Names
from domain.values import Code

FIELDS: Final[tuple[Entry, ...]] = (
    Entry(Code("welfare"), Names("福祉・介護", "Welfare and care")),
    Entry(Code("health"), Names("健康・医療", "Health")),
    Entry(Code("childcare"), Names("子育て", "Childcare")),
    Entry(Code("education"), Names("教育・学び", "Education and learning")),
    Entry(Code("community"), Names("地域活動", "Community")),
    Entry(Code("migration"), Names("移住・定住", "Moving in and settling")),
    Entry(Code("economy"), Names("産業・経済", "Industry and economy")),
    Entry(Code("employment"), Names("雇用・働き方", "Employment and ways of working")),
    Entry(Code("tourism"), Names("観光・魅力発信", "Tourism and promotion")),
    Entry(Code("culture"), Names("文化・芸術", "Culture and arts")),
    Entry(Code("sports"), Names("スポーツ", "Sports")),
    Entry(Code("agriculture"), Names("農林水産・食", "Agriculture, fisheries and food")),
    Entry(Code("environment"), Names("環境", "Environment")),
    Entry(Code("circular"), Names("資源循環・ごみ減量", "Reuse, recycling and less waste")),
    Entry(Code("energy"), Names("エネルギー", "Energy")),
    Entry(Code("transport"), Names("交通・移動", "Transport and mobility")),
    Entry(Code("infrastructure"), Names("道路・橋りょう等の施設", "Roads, bridges and facilities")),
    Entry(Code("urban_space"), Names("都市空間・まちなか", "Urban space and town centre")),
    Entry(Code("safety"), Names("安全・安心", "Safety")),
    Entry(Code("disaster"), Names("防災", "Disaster prevention")),
    Entry(Code("inclusion"), Names("障がい・共生", "Inclusion")),
    Entry(Code("digital"), Names("デジタル・データ活用", "Digital and data")),
    Entry(Code("administration"), Names("行政運営", "Running the administration")),
)

FIELD_CODES: Final[tuple[Code, ...]] = tuple(entry.code for entry in FIELDS)
