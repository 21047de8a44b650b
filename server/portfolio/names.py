"""Names of generated companies and people, as they are where each is at home."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Country:
    """Where a company is at home. `scale` turns a price in euro cents into minor units of the currency."""

    code: str
    currency: str
    scale: float
    language: str
    dialling: str
    weight: int
    places: tuple[str, ...]
    forms: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    trades: tuple[str, ...]


COUNTRIES = (
    Country("DE", "EUR", 1, "de", "+49", 20,
            ("Köln", "München", "Lübeck", "Görlitz", "Weißenfels", "Bremen", "Jena"), ("GmbH", "AG", "KG", "e. K."),
            ("Jürgen", "Käthe", "Lena", "Sören", "Ute", "Björn", "Anke"),
            ("Groß", "Müller", "Schäfer", "Weiß", "Krüger", "Vogt", "von Bülow"),
            ("Maschinenbau", "Logistik", "Bäckerei", "Großhandel", "Zahnärzte", "Straßenbau", "Verlag")),
    Country("NL", "EUR", 1, "nl", "+31", 14, ("Utrecht", "Delft", "'s-Hertogenbosch", "Breda", "Zwolle"),
            ("B.V.", "N.V.", "V.O.F."), ("Sanne", "Joris", "Daan", "Fleur", "Mees"),
            ("de Vries", "van den Berg", "Bakker", "Mulder", "IJsselstein"),
            ("Scheepvaart", "Bouw", "Advies", "Bloemen", "Zuivel")),
    Country("FR", "EUR", 1, "fr", "+33", 12, ("Orléans", "Nîmes", "Besançon", "Lyon", "Angoulême"),
            ("SARL", "SA", "SAS"), ("Zoé", "François", "Maël", "Chloé", "Noël"),
            ("Lefèvre", "Garçon", "D'Angelo", "Hébert", "Moreau"),
            ("Énergie", "Boulangerie", "Conseil", "Santé", "Cinéma")),
    Country("US", "USD", 1.1, "en", "+1", 24, ("Boston", "Cedar Rapids", "Tulsa", "Oakland", "Fargo", "Savannah"),
            ("Inc", "LLC", "Corp."), ("Harper", "Mateo", "Dwayne", "Ashley", "Quinn", "Priya"),
            ("O'Brien", "Johnson", "Nguyen", "St. Clair", "Ramirez", "Walker"),
            ("Logistics", "Health", "Retail", "Robotics", "Foods", "Legal", "& Sons")),
    Country("GB", "GBP", 0.86, "en-GB", "+44", 14, ("Leeds", "Newcastle", "Llandudno", "Inverness", "Bath"),
            ("Ltd", "plc", "LLP"), ("Siân", "Callum", "Niamh", "Rhys", "Imogen"),
            ("Llewellyn", "MacLeod", "Smith-Jones", "Okonkwo", "Ashworth"),
            ("Shipping", "Engineering", "Architects", "Brewing", "Care")),
    Country("JP", "JPY", 1.6, "ja", "+81", 8, ("東京", "大阪", "札幌", "横浜", "名古屋"), ("株式会社", "合同会社"),
            ("葵", "陽翔", "さくら", "健", "美咲"), ("佐藤", "鈴木", "髙橋", "渡邊", "伊藤"),
            ("電機", "食品", "物流", "医療", "設計")),
    Country("KW", "KWD", 3.3, "ar", "+965", 4, ("الكويت", "حولي", "السالمية"), ("ذ.م.م", "ش.م.ك"),
            ("فاطمة", "أحمد", "نورة", "يوسف"), ("الصباح", "العنزي", "المطيري", "الرشيد"),
            ("للتجارة", "للنقل", "للطاقة")),
    Country("GR", "EUR", 1, "el", "+30", 4, ("Αθήνα", "Πάτρα", "Ηράκλειο"), ("Α.Ε.", "Ε.Π.Ε."),
            ("Ελένη", "Γιώργος", "Σοφία"), ("Παπαδόπουλος", "Νικολάου", "Γεωργίου"),
            ("Ναυτιλία", "Τρόφιμα", "Τουρισμός")),
)
_WEIGHTS = [country.weight for country in COUNTRIES]


def some_country(random: Random) -> Country:
    return random.choices(COUNTRIES, _WEIGHTS)[0]


def company_name(random: Random, country: Country) -> str:
    """A name such as "Schäfer & Weiß Logistik GmbH"; many share one, as companies do."""
    pick = random.choice
    stem = (pick(country.last_names), f"{pick(country.last_names)} & {pick(country.last_names)}",
            pick(country.places))[random.randrange(3)]
    return f"{stem} {pick(country.trades)} {pick(country.forms)}"


def slug(text: str) -> str:
    """What of a name can stand in an address: ASCII letters and digits; may be empty."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "".join(c for c in plain if c.isalnum())[:20]
