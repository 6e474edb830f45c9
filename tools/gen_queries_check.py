"""What gen-queries refuses: everything on which the two engines differ (docs/portability.md)."""
import re

# Each row: a pattern over the statement without literals, and what to do instead.
REFUSED = [
    (r"::", "SQLite takes it into the parameter's name: write CAST(x AS type)"),
    (r"\?|@\s*\w|:\s*[a-z]\w*", "parameters are $1, $2, …"),
    (r"`|\[", "quoting of one engine: name it without quotes"),
    (r"\bI?LIKE\b(?!.*\bESCAPE\b)", "case and escape differ: compare folded keys, or LIKE … ESCAPE on them"),
    (r"\bILIKE\b", "PostgreSQL only"),
    (r"\b(group_concat|string_agg|array_agg)\s*\(", "one engine only: read rows"),
    (r"\b(instr|strpos|position|hex|unhex|encode|decode|quote|char|chr|unicode|ascii|typeof|pg_typeof)\s*\(",
     "one engine only: do it in C"),
    (r"\b(lower|upper|initcap)\s*\(", "SQLite folds ASCII only: fold in C, store the key"),
    (r"\b(round|avg|total|ceil|floor|random)\s*\(", "differs: whole numbers, and arithmetic in C"),
    (r"\b(greatest|least|iif|ifnull|nvl|isnull|printf|format|concat|concat_ws|left|right|lpad|rpad)\s*\(",
     "one engine only: CASE, coalesce, or ||"),
    (r"\b(strftime|datetime|julianday|unixepoch|date|time|now|to_char|to_timestamp|date_trunc|extract|age)\s*\(",
     "times are BIGINT milliseconds, given by C"),
    (r"\bcurrent_(timestamp|date|time)\b|\bINTERVAL\b", "times are BIGINT milliseconds, given by C"),
    (r"\bjson\w*\s*\(|->", "JSON is text to SQL: read it in C"),
    (r"\b(generate_series|unnest|regexp_\w+|last_insert_rowid|changes|nextval|currval|setval|lastval)\s*\(",
     "one engine only"),
    (r"\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bUPDATE\s+OR\b", "SQLite only: ON CONFLICT"),
    (r"\bFOR\s+(UPDATE|SHARE)\b|\bSKIP\s+LOCKED\b", "PostgreSQL only: claim by UPDATE … RETURNING"),
    (r"\bDISTINCT\s+ON\b|\bLATERAL\b|\bANY\s*\(|\bARRAY\b", "PostgreSQL only"),
    (r"\b(rowid|oid|ctid|xmin)\b", "a hidden column of one engine"),
    (r"\b(GLOB|MATCH|REGEXP|SIMILAR|INDEXED)\b", "one engine only"),
    (r"\b(TRUE|FALSE)\b", "flags are SMALLINT 0 and 1; for a condition write 1 = 1"),
    (r"\bLIMIT\s+[^\s,]+\s*,", "SQLite only: LIMIT n OFFSET m"),
    (r"(\bSELECT|\bRETURNING|,)\s+(DISTINCT\s+)?(\w+\s+\.\s+)?\*", "name the columns: a later column must not change a row"),
    (r"\b(PRAGMA|ATTACH|VACUUM|ANALYZE|LISTEN|NOTIFY|COPY)\b", "not a statement of the store"),
    (r"\b(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b", "transactions are made in C"),
    (r"\bpg_\w+|\bsqlite_\w+", "the catalogue of one engine"),
]
# min and max with two arguments are functions of SQLite only.
TWO_ARGUMENTS = re.compile(r"\b(min|max)\s*\(", re.I)

REFUSED_IN_MIGRATIONS = [
    (r"\bBLOB\b", "write BYTEA: SQLite keeps blobs in it as they are"),
    (r"\b(INTEGER|INT|SERIAL|BIGSERIAL|AUTOINCREMENT|IDENTITY)\b", "write BIGINT (or SMALLINT for flags), numbers come from C"),
    (r"\b(BOOLEAN|BOOL|REAL|DOUBLE|FLOAT|NUMERIC|DECIMAL|DATE|TIMESTAMP\w*|JSONB?|UUID|VARCHAR|CHAR|CLOB)\b",
     "columns are TEXT, BIGINT, SMALLINT or BYTEA"),
    (r"\bWITHOUT\s+ROWID\b|\bSTRICT\b|\bVIRTUAL\b|\bUSING\b|\bINCLUDE\b|\bCOLLATE\b|\bCONCURRENTLY\b|\bTABLESPACE\b",
     "one engine only: put it into the part of that engine"),
    (r"\b(BEGIN|COMMIT|ROLLBACK|PRAGMA|VACUUM)\b", "each migration is one transaction, made in C"),
    (r"\bCREATE\s+(TRIGGER|FUNCTION|EXTENSION|VIEW)\b", "logic lives in C"),
    (r"::", "write CAST(x AS type)"),
]

TOKEN = re.compile(
    r"\s+|--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|\$\d+|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|::|->>?|<=|>=|<>|!=|\|\||.",
    re.S)


class Refused(Exception):
    """file:line: why."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


def tokens(path, lines):
    """(line number, token) without blanks and comments."""
    for number, text in lines:
        for m in TOKEN.finditer(text):
            tok = m[0]
            if tok == "'":
                raise Refused(path, number, "a literal goes on over the end of the line, or a quote is missing")
            if not tok.isspace() and not tok.startswith("--"):
                yield number, tok


def joined(lines):
    """The statement on one line: comments gone, blanks outside of literals made one."""
    out = ""
    for _, text in lines:
        for m in TOKEN.finditer(text):
            if m[0].isspace() or m[0].startswith("--"):
                out = out.rstrip(" ") + " "
            else:
                out += m[0]
        out = out.rstrip(" ") + " "
    return re.sub(r"\s*;\s*$", "", out).strip()


def find(path, toks, rows, why):
    """Refuses the first token sequence that a row matches, with its line."""
    plain = [(n, "''" if t.startswith("'") else '""' if t.startswith('"') else t) for n, t in toks]
    text, starts = "", []
    for number, tok in plain:
        starts.append((len(text), number))
        text += tok + " "
    for pattern, remedy in rows:
        # Patterns are written with the words as they stand; "f (" and "f(" are the same here.
        m = re.search(pattern, text, re.I)
        if m:
            line = max((s for s in starts if s[0] <= m.start()), default=starts[0])[1]
            raise Refused(path, line, f"{why}'{m[0].strip()}': {remedy}")
    return text, starts


def two_arguments(text):
    for m in TWO_ARGUMENTS.finditer(text):
        depth = 0
        for c in text[m.end() - 1:]:
            depth += (c == "(") - (c == ")")
            if depth == 1 and c == ",":
                return m[0]
            if depth == 0:
                break
    return None


def check_statement(st, engine, lines):
    """The text of the statement on one line, and the set of its parameter numbers."""
    toks = list(tokens(st.path, lines))
    if toks and toks[-1][1] == ";":
        toks.pop()
    if not toks:
        st.refuse("has no body")
    for number, tok in toks:
        if tok == ";":
            st.refuse("more than one statement", number)
        if tok in "{}":
            st.refuse("a brace is left over", number)
    if engine == "both":
        text, _ = find(st.path, toks, REFUSED, f"{st.name}: ")
        if two_arguments(text):
            st.refuse("min and max with two arguments are SQLite only: CASE", toks[0][0])
    elif any(t == "::" for _, t in toks):
        st.refuse("'::': write CAST(x AS type)")
    used = set()
    for number, tok in toks:
        if re.fullmatch(r"\$\d+", tok):
            used.add(int(tok[1:]))
            if not 1 <= int(tok[1:]) <= len(st.params):
                st.refuse(f"{tok} has no parameter", number)
    first = toks[0][1].upper()
    if first not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
        st.refuse(f"begins with {first}", toks[0][0])
    return joined(lines), used


def check_migration(path, text):
    # Literals may span lines in a migration (not that they should): read it whole.
    number, toks = 1, []
    for m in TOKEN.finditer(text):
        if not m[0].isspace() and not m[0].startswith("--"):
            toks.append((number, m[0]))
        number += m[0].count("\n")
    if toks:
        find(path, toks, REFUSED_IN_MIGRATIONS, "")
