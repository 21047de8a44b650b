"""Tax on invoices: one standard rate for each country, whole or not at all."""

from __future__ import annotations

#: The standard rates of value added tax in the European Union, in hundredths of a per cent.
UNION = {
    "AT": 2000, "BE": 2100, "BG": 2000, "CY": 1900, "CZ": 2100, "DE": 1900, "DK": 2500, "EE": 2400, "ES": 2100, "FI": 2550,
    "FR": 2000, "GR": 2400, "HR": 2500, "HU": 2700, "IE": 2300, "IT": 2200, "LT": 2100, "LU": 1700, "LV": 2100, "MT": 1800,
    "NL": 2100, "PL": 2300, "PT": 2300, "RO": 2100, "SE": 2500, "SI": 2200, "SK": 2300,
}
#: Elsewhere, as far as there is one rate for the whole country. Countries that stand nowhere have none here.
ELSEWHERE = {"AU": 1000, "CH": 810, "GB": 2000, "JP": 1000, "KR": 1000, "NO": 2500, "NZ": 1500, "SG": 900, "ZA": 1500}
RATES = {**UNION, **ELSEWHERE}
#: All of an amount, in hundredths of a per cent.
WHOLE = 10_000


def tax_rate(issuer_country: str | None, customer_country: str | None) -> int:
    """The rate in hundredths of a per cent: the customer's where both are in the Union, else the issuer's own.

    Where it is not known where the issuer is, the customer's counts. Exemptions, reverse charge and rates for some goods
    only are not known here.
    """
    if issuer_country is None or (issuer_country in UNION and customer_country in UNION):
        return RATES.get(customer_country or "", 0)
    return RATES.get(issuer_country, 0)


def tax_on(subtotal_minor: int, basis_points: int) -> int:
    """The tax on a sum that is not negative, once for the whole invoice, rounded half up to minor units."""
    return (subtotal_minor * basis_points + WHOLE // 2) // WHOLE
