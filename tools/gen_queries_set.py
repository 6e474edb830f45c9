"""A statement for one row made into one for all rows of a batch, in PostgreSQL's words: every parameter
becomes an array, the arrays become the table u with the columns p1, p2, …, and u.nth counts its rows."""
import re

from gen_queries_check import TOKEN

MODES = {"INSERT": ("exec", "one"), "UPDATE": ("exec",), "SELECT": ("one",)}


def by_row(text):
    """Parameters outside of literals become columns of u."""
    return "".join(f"u.p{m[0][1:]}" if m[0].startswith("$") else m[0] for m in TOKEN.finditer(text))


def split_at(text, what):
    """The text before and after the first `what` that stands outside of brackets and literals."""
    depth, at = 0, 0
    for m in TOKEN.finditer(text):
        depth += (m[0] == "(") - (m[0] == ")")
        if depth == 0 and m[0].upper() == what:
            return text[:m.start()], text[m.end():]
        at = m.end()
    return text[:at], None


def closing(text):
    """Where the bracket that opens the text closes."""
    depth = 0
    for m in TOKEN.finditer(text):
        depth += (m[0] == "(") - (m[0] == ")")
        if depth == 0:
            return m.end()
    return len(text)


def set_text(st, text):
    verb = text.split(" ", 1)[0].upper()
    if st.mode not in MODES.get(verb, ()) or not st.params:
        st.refuse("batch: set is for INSERT, UPDATE that gives no rows, and SELECT of one row, with parameters")
    n = len(st.params)
    rows = (f"unnest({', '.join(f'${i + 1}' for i in range(n))}) WITH ORDINALITY "
            f"AS u({', '.join(f'p{i + 1}' for i in range(n))}, nth)")
    if verb == "SELECT":
        return f"SELECT u.nth, q.* FROM {rows} CROSS JOIN LATERAL ({by_row(text)}) q"
    if verb == "UPDATE":
        head, where = split_at(text, "WHERE")
        if where is None:
            st.refuse("batch: set wants an UPDATE with WHERE")
        return f"{by_row(head)}FROM {rows} WHERE{by_row(where)}"
    head, values = split_at(text, "VALUES")
    values = (values or "").strip()
    if not values.startswith("("):
        st.refuse("batch: set wants INSERT … VALUES (…)")
    end = closing(values)
    rest = values[end:]
    if "$" in rest or (st.mode == "one" and re.search(r"\bDO\s+NOTHING\b", rest, re.I)):
        st.refuse("batch: set wants an INSERT whose end has no parameter, and that gives each row or none")
    return f"{head}SELECT {by_row(values[1:end - 1])} FROM {rows}{rest}"
