"""Pages: executed notebooks as self-contained HTML, their index, how they are run."""

import sys

# jsonschema builds this grammar whenever it is imported, which takes longer than a
# notebook, to check internationalised addresses, of which the schema of notebooks
# knows none.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
