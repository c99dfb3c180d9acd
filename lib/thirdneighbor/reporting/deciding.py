"""What would decide the open verdicts: their turning points, and where known values fall."""

import math

import pandas as pd

from thirdneighbor import charts, turning
from thirdneighbor.reporting.claims import Record

TITLE = "Where each open sentence turns, and what is known"


def figure(claims: list[Record], *, official_only: bool = False) -> Record | None:
    """Return the strip chart of the open verdicts as a figure bundle, None if there is none.

    Parameters
    ----------
    claims : list of dict
        As `thirdneighbor.reporting.claims.group_claims` returns them.
    official_only : bool
        Leave out the rows that no official value answers.
    """
    rows = [
        turning.row(claim["first"], _office(claim)) for claim in claims if claim["first"]["open"]
    ]
    rows = [row for row in rows if not official_only or not math.isnan(row["official_lo"])]
    if not rows:
        return None
    frame = pd.DataFrame(rows)
    settled = frame["official_lo"].notna()
    true = int((frame["official_lo"] > frame["turn_hi"]).sum())
    false = int((frame["official_hi"] < frame["turn_lo"]).sum())
    said = f"{settled.sum()} of {len(frame)} rows have an official value to place"
    note = f"{said}, {true} on the true side and {false} on the false side."
    made = charts.deciding(
        frame,
        title=TITLE,
        subtitle=f"Open verdicts by their deciding number; n = {len(frame)}",
        note=note,
        sources=[],
    )
    record: Record = {k: v for k, v in vars(made).items() if k != "png"}
    return record


def _office(claim: Record) -> Record | None:
    return next((r for r in claim["others"] if r["reading"] == "official"), None)
