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


def main():
    program, bound = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows")
        for kind in ("csv", "ndjson", "json", "xlsx"):
            stream(program, kind, ROWS if bound else FEW, path, *bound)
        stream(program, "xlsx", FEW, path)
        open_as_others_do(path)


main()
