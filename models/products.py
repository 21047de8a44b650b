"""The price list: what can be ordered, what sort of service it becomes, and what it costs a month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.services import CloudConnectionType, ServiceKind


@dataclass(frozen=True)
class Product:
    """Something to order. `charges` are minor units a month by currency; `set_up` is how long a provider takes for it."""

    name: str
    kind: ServiceKind
    cloud: CloudConnectionType | None
    set_up: dt.timedelta
    charges: Mapping[str, int]


#  Amounts are in major units. Set-up is in hours, where a provider has to do something; others run at once.
PRICE_LIST = """
product                        kind             cloud              set-up      EUR      USD      GBP     JPY       KWD
Access port 1G                 PORT             –                  –        300.00   330.00   258.00   48000    99.000
Access port 10G                PORT             –                  –        900.00   990.00   774.00  144000   297.000
Dedicated port 1G              PORT             DEDICATED_PORT     24       250.00   275.00   215.00   40000    82.500
Dedicated port 10G             PORT             DEDICATED_PORT     24       400.00   440.00   344.00   64000   132.000
Virtual circuit 200M           VIRTUAL_CIRCUIT  –                  –         99.00   108.90    85.14   15840    32.670
Virtual circuit 500M           VIRTUAL_CIRCUIT  –                  –        110.00   121.00    94.60   17600    36.300
Virtual circuit 1G             VIRTUAL_CIRCUIT  –                  –        120.00   132.00   103.20   19200    39.600
Virtual circuit 5G             VIRTUAL_CIRCUIT  –                  –        600.00   660.00   516.00   96000   198.000
Hosted connection 500M         VIRTUAL_CIRCUIT  HOSTED_CONNECTION  1        180.00   198.00   154.80   28800    59.400
Hosted connection 1G           VIRTUAL_CIRCUIT  HOSTED_CONNECTION  1        360.00   396.00   309.60   57600   118.800
Backup 5 TB                    ONLINE_SERVICE   –                  –        200.00   220.00   172.00   32000    66.000
Backup 20 TB                   ONLINE_SERVICE   –                  –        500.00   550.00   430.00   80000   165.000
Mail archive                   ONLINE_SERVICE   –                  –         10.00    11.00     8.60    1600     3.300
Server, 8 cores                SERVER           –                  –        160.00   176.00   137.60   25600    52.800
Server, 16 cores               SERVER           –                  –        300.00   330.00   258.00   48000    99.000
Virtual data centre, 32 cores  VDC              –                  –       1000.00  1100.00   860.00  160000   330.000
Virtual data centre, 64 cores  VDC              –                  –       1900.00  2090.00  1634.00  304000   627.000
Disk 1 TB                      DISK             –                  –         45.50    50.05    39.13    7280    15.015
Private network                NETWORK          –                  –          0.00     0.00     0.00       0     0.000
"""


def _read_prices() -> dict[str, Product]:
    head, *lines = PRICE_LIST.strip().splitlines()
    currencies = re.split(r"\s{2,}", head)[4:]
    found = {}
    for line in lines:
        name, kind, cloud, set_up, *amounts = re.split(r"\s{2,}", line)
        found[name] = Product(name, ServiceKind[kind], None if cloud == "–" else CloudConnectionType[cloud],
                              dt.timedelta(hours=0 if set_up == "–" else int(set_up)),
                              {currency: int(amount.replace(".", ""))
                               for currency, amount in zip(currencies, amounts, strict=True)})
    return found


#: Every product by its name.
PRODUCTS = _read_prices()
