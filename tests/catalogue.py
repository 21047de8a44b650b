"""The cases of attack and fault that the product is held against: each one's short title, or why it has no such surface.

A test names the cases that it shows with `@pytest.mark.case(5, 31)`. `make attack` and `make faults` run those tests
(tests/tried.py) and end with what is said here.
"""

from __future__ import annotations

from tests.coverage import marks

SECTIONS = {
    "A. What a role must not learn": range(1, 35),
    "B. Tenants, the tree, acting for others": range(35, 60),
    "C. Signing in, sessions, invitations": range(60, 84),
    "D. Money, retries, two at once": range(84, 101),
    "E. Input and output": range(101, 116),
    "F. Too much of everything": range(116, 133),
    "G. Faults, crashes, time": range(133, 161),
}

CASES: dict[int, str] = {
    # A
    1: "Asking for a protected field outright",
    2: "The field behind an alias",
    3: "The field in fragments of every kind",
    4: "The field behind @include and @skip",
    5: "Every other way to the same field, up to five steps",
    6: "A filter by a protected field",
    7: "A filter or an order through a relation",
    8: "An order by a protected field",
    9: "A cursor that tells where a hidden value stands",
    10: "The count of what a hidden filter leaves",
    11: "Sums, averages and groups of hidden figures",
    12: "A total of so few that it tells one of them",
    13: "Totals before and after somebody comes or goes",
    14: "Searching for an amount as text",
    15: "An export of hidden columns",
    16: "Fetching the export of somebody who sees more",
    17: "Running the saved filter of somebody who sees more",
    18: "Calling a stored document of somebody who sees more",
    19: "Several operations in one request",
    20: "What was loaded for another viewer",
    21: "An answer kept for another viewer",
    22: "Errors that quote what is stored",
    23: "\"Did you mean\" for names one may not know",
    24: "Introspection of protected fields",
    25: "A write whose refusal tells a hidden value",
    26: "A write with a field that its writer may not set",
    27: "Telling null, nothing and hidden apart",
    28: "The place in a list as a hint of size",
    29: "Amounts in activity, notifications, letters and audit",
    30: "Amounts in logs, metrics and timings",
    31: "The time that a refusal takes",
    32: "A refused field that takes its neighbours along",
    33: "Later parts of an answer",
    34: "A field that nobody classified",
    # B
    35: "The id of what belongs to somebody else",
    36: "An id dressed as another type's",
    37: "Ids that are none",
    38: "Creating or linking into another's tenant",
    39: "A name or address that is taken elsewhere",
    40: "Moving a tenant without rights at both ends",
    41: "Moving a tenant below itself",
    42: "A tree of ten thousand levels",
    43: "Rights that would reach upwards or sideways",
    44: "What was open before acting elsewhere",
    45: "Two tabs, one cookie, two tenants",
    46: "Acting in a tenant that is not below one's own",
    47: "Doing while acting what only the person may",
    48: "A membership taken away while a write runs",
    49: "A membership taken away while a subscription is open",
    50: "A role lowered while a subscription or an export runs",
    51: "A subscription's topic chosen by its reader",
    52: "A user or a tenant that is deleted",
    53: "Restoring what has nowhere to go",
    54: "Purging: the hour, the others' rows, twice",
    55: "A job that belongs to no tenant",
    56: "A pooled connection that remembers a tenant",
    57: "SQL that goes past the one door",
    58: "A forged Host",
    59: "Random people doing random things in a random tree",
    # C
    60: "Who exists, told by the time or words of a refusal",
    61: "Guessing passwords in bulk",
    62: "A session that was planted",
    63: "A refresh token used again",
    64: "Forged signed tokens",
    65: "What stays open after signing out or a new password",
    66: "Guessing, reusing and confusing invitations",
    67: "One invitation accepted twice at once",
    68: "An inviter who may no longer invite",
    69: "An invitation accepted by somebody else",
    70: "Who is a user, told by inviting",
    71: "The last administrator",
    72: "A link in a letter made from the request",
    73: "Line breaks and worse in letter headers",
    74: "Letters in bulk to one address",
    75: "One address in several spellings",
    76: "API keys beyond their maker",
    77: "A write sent by another site",
    78: "A socket opened by another site",
    79: "Fetch metadata that a proxy sets",
    80: "Reading from another origin",
    81: "The pages inside another site's frame",
    82: "Sockets used against the protocol",
    83: "Writes over a socket",
    # D
    84: "More debits at once than the balance holds",
    85: "Two processes on one SQLite file",
    86: "A second writer",
    87: "One idempotency key, in every way it can be used twice",
    88: "Retrying what may have been committed",
    89: "An idempotency key after its time",
    90: "The largest whole numbers",
    91: "Rounding and sums of money",
    92: "Numbers that are none",
    93: "Reversing twice, and in a closed month",
    94: "Invoice numbers without gaps",
    95: "Entries while the month closes",
    96: "What goes out comes in",
    97: "The order of entries and reports halfway",
    98: "Two edits of one version",
    99: "Locks taken in opposite order",
    100: "Two writes that each overlook the other",
    # E
    101: "Bodies that are no request",
    102: "JSON in other encodings and with double keys",
    103: "Content types that only look right",
    104: "NUL and half characters in strings",
    105: "Letters that mislead or pile up",
    106: "Wildcards in searches",
    107: "Column names from the request",
    108: "Formulas in exports",
    109: "Markup in names and notes",
    110: "Markup in colours and addresses of pictures",
    111: "Uploads",
    112: "Addresses that the server would call",
    113: "Line breaks and colours in logs",
    114: "Operation names that are none",
    115: "Paths in export names",
    # F
    116: "Fragments that double",
    117: "Fields repeated many times",
    118: "Aliases, directives and errors by the thousand",
    119: "Nesting",
    120: "Introspection in circles",
    121: "Lists in lists in lists",
    122: "Variables that weigh more than the document",
    123: "Batches",
    124: "Many operations in one document or on one socket",
    125: "Bodies too large or packed",
    126: "A request that never ends",
    127: "A reader who does not read",
    128: "Patterns that take for ever",
    129: "Passwords a megabyte long",
    130: "Exports and imports in numbers",
    131: "Rates per user, tenant and address",
    132: "Answers too large",
    # G
    133: "A request cancelled as its transaction begins",
    134: "The server killed at each step of a write",
    135: "PostgreSQL killed",
    136: "The power cut",
    137: "The connection lost in a transaction",
    138: "Every connection lost while idle",
    139: "A database that does not answer",
    140: "No connection left",
    141: "A database that comes late",
    142: "A long transaction before many readers",
    143: "The disk full",
    144: "A database file that is read-only, gone or broken",
    145: "Two workers at one job, one of them late",
    146: "A job that dies after its effect, or always",
    147: "The mail server down, slow or rude",
    148: "A restart under open subscriptions",
    149: "SIGTERM in the middle, twice, and at the start",
    150: "The cache server down",
    151: "A clock that jumps",
    152: "Hours that come twice or never",
    153: "Ends of months",
    154: "Clocks that differ as a month closes",
    155: "A migration stopped half way; the version before beside it",
    156: "A backup taken under load",
    157: "No memory, no file descriptors",
    158: "Audit rows changed, removed, reordered, cut",
    159: "An audit entry that cannot be written",
    160: "Errors masked while many happen at once",
}

#: Cases that nothing here could show, and why.
ABSENT: dict[int, str] = {
    # B
    53: "no company is deleted, so none is restored: a customer that is closed keeps its place, and the database refuses orphans",
    54: "no company is purged: what is cleaned up by the calendar holds neither money nor names",
    # C
    63: "sessions have no refresh tokens: a token is looked up at each request, and ends with its session",
    64: "no token is signed: sessions and API keys are random and looked up by their hash",
    71: "nothing takes a role at home away, so no company loses an administrator by it",
    # D

    # E
    110: "nobody chooses colours, fonts or pictures: the pages have their own",
    111: "nothing is uploaded: a body that is not JSON is refused (103), and an import is an operator's command",
    112: "the server calls no address that anybody gives it: it has no webhooks and fetches no pictures",
    # F

    # G
    136: "only hardware can show it, and it is not claimed: SQLite runs with synchronous=FULL, PostgreSQL as it comes",
    150: "there is no cache server: what processes share is in the database",
}


def unsettled() -> list[str]:
    """What is wrong: cases with neither a test nor a reason, or with both, and marks of no case."""
    shown = marks("case")
    wrong = [f"{n} is no case: {tests[0]}" for n, tests in shown.items() if n not in CASES]
    for n in CASES:
        if n in shown and n in ABSENT:
            wrong.append(f"{n} is said to be absent, and shown by {shown[n][0]}")
        if n not in shown and n not in ABSENT:
            wrong.append(f"{n} ({CASES[n]}) has neither a test nor a reason")
    return wrong + [f"{n} is no case, and yet absent" for n in ABSENT if n not in CASES]
