#!/usr/bin/env python3
"""A lot of rows through memory that stays flat, and a spreadsheet that others open.

usage: test_stream.py STREAM [KIB]      (the program stream; KIB is what it may take at most)
"""
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zipfile

ROWS = 300000
FEW = 1000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def stream(program, kind, rows, path, *bound):
    print(subprocess.run([program, kind, str(rows), path, *bound], check=True, stdout=subprocess.PIPE,
                         encoding="utf-8").stdout, end="")


def open_as_others_do(path):
    with zipfile.ZipFile(path) as z:
        assert z.testzip() is None
        types = xml.etree.ElementTree.fromstring(z.read("[Content_Types].xml"))
        for part in types:
            if "PartName" in part.attrib:
                xml.etree.ElementTree.fromstring(z.read(part.attrib["PartName"].lstrip("/")))
        sheet = xml.etree.ElementTree.fromstring(z.read("xl/worksheets/sheet1.xml"))
    rows = [["".join(t.text or "" for t in c.iter(MAIN + "t")) for c in row] for row in sheet.iter(MAIN + "row")]
    assert len(rows) == FEW + 1, len(rows)
    assert rows[0][0] == "First Name" and rows[2][2] == "person.2@example.com", rows[:3]
    assert rows[1][7] == "line 1\nand <more> & more", rows[1]


def write_shared_strings(path, rows):
    """As Excel writes it: every text once in a part of its own, in the order of use."""
    def cell(text):
        strings.append(f"<si><t>{text}</t></si>")
        return f'<c t="s"><v>{len(strings) - 1}</v></c>'

    strings = []
    head = "<row>" + cell("n") + cell("email") + cell("text") + "</row>"
    body = (f"<row>{cell(n)}{cell(f'person.{n}@example.com')}{cell(f'a text of its own {n}')}</row>"
            for n in range(1, rows + 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        z.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="x" r:id="r"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels",
                   '<Relationships><Relationship Id="r" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + head + "".join(body)
                   + "</sheetData></worksheet>")
        z.writestr("xl/sharedStrings.xml", "<sst>" + "".join(strings) + "</sst>")


def main():
    program, bound = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows")
        for kind in ("csv", "ndjson", "json", "xlsx"):
            stream(program, kind, ROWS if bound else FEW, path, *bound)
        write_shared_strings(path, ROWS // 3 if bound else FEW)
        stream(program, "read", ROWS // 3 if bound else FEW, path, *bound)
        stream(program, "xlsx", FEW, path)
        open_as_others_do(path)


main()
