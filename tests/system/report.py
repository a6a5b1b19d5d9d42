"""The report in a real browser: search, sort, folding, links, accessibility; no request, no error, names are text."""

import html
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from browser import PROGRAM, Browser, browser  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []

MARKUP = '"><img src=x onerror=alert(1)>'
NAMES = [MARKUP, "'><svg onload=alert(1)>", "{{title}}", "{{{title}}}", "{{#groups}}", "<!--", "&lt;b&gt;", "%41 #?", "אבג דהו",
         "عربي", "a\u00a0b", "`${alert(1)}`", "]]>", "constructor", "__proto__"]
TEXTS = ["</script><script>alert(1)</script>", "</style><style>*{display:none}", "</title><b>", "-->"]
OVERRIDE = "\u202egnirts"  # characters that no command takes, and that a damaged store may have


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:900])


class Stores:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if k in ("LD_PRELOAD", "LATER_CLOCK", "TMPDIR")}
        self.environment = kept | {"HOME": str(folder), "PATH": os.environ["PATH"], "ALLOT_TODAY": "2026-11-24"}

    def run(self, *words: str) -> str:
        done = subprocess.run([ALLOT, *words], capture_output=True, text=True, env=self.environment, cwd=self.folder)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    def make(self, name: str, text: str) -> None:
        (self.folder / f"{name}.yaml").write_text(text)
        self.run("--db", f"{name}.db", "init", "-q")
        self.run("--db", f"{name}.db", "import", f"{name}.yaml", "-q")

    def report(self, name: str, *words: str) -> pathlib.Path:
        file = self.folder / f"{name}.html"
        self.run("--db", f"{name}.db", "report", "-o", file.name, *words)
        return file


def expect_quiet(page: Browser, what: str) -> None:
    """No error, no message and no request of the page but for itself."""
    for event in page.events:
        method, params = event.get("method"), event.get("params", {})
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"):
            FAULTS.append(f"{what}: {json.dumps(params)[:400]}")
        if method == "Network.requestWillBeSent" and params["type"] != "Document":
            FAULTS.append(f"{what}: a request to {params['request']['url'][:200]}")


def rows(page: Browser) -> list[str]:
    """The paths of the rows that are shown."""
    return page.run('[...document.querySelectorAll("tr.r")].filter(row => row.checkVisibility()).map(row => row.id)')


def details(page: Browser) -> list[str]:
    return page.run('[...document.querySelectorAll("tr.x")].filter(row => row.checkVisibility())'
                    '.map(row => row.previousElementSibling.id)')


def write_into(page: Browser, text: str) -> None:
    page.run('document.querySelector("#search").focus(); document.querySelector("#search").select()')
    if text:
        page.call("Input.insertText", text=text)
    else:
        page.press("Escape", 27)
    page.settle()


def try_search(page: Browser, file: pathlib.Path) -> None:
    page.open(file)
    top = rows(page)
    expect("at first", (top[0], len(top)), ("/", 8))
    for text, wanted in (("липова", 63), ("ЛИПОВА алея/будинок 2", 25), ("етап 3", 1), ("office", 1), ("no such group", 0)):
        write_into(page, text)
        expect(f"the search for {text}", len(rows(page)), wanted)
        status = page.run('document.querySelector("#status").textContent')
        expect(f"the status of {text}", status.startswith(f"{wanted} group"), True)
    write_into(page, "етап 3")
    expect("a group found by its licence", rows(page), ["/Квартал Сервіс"])
    write_into(page, "")
    expect("after Escape", rows(page), top)
    page.click("[data-only=n]")
    near = rows(page)
    expect("near a limit", ("/安居智能" in near, "/Showroom" in near), (True, False))
    expect("the number of them on top", page.run('document.querySelector(".warn b").textContent'), str(len(near)))
    write_into(page, "安居")
    expect("near a limit and searched", rows(page), ["/安居智能"])
    page.click("[data-only=b]")
    expect("another filter", rows(page), [])
    write_into(page, "")
    expect("the number of blocked groups", page.run('document.querySelector(".bad b").textContent'), str(len(rows(page))))
    page.click('[data-only=""]')
    expect("without a filter", rows(page), top)


def try_sorting(page: Browser, file: pathlib.Path) -> None:
    page.open(file)
    top = rows(page)
    page.click("thead th:nth-child(3) button")
    shares = page.run('''[...document.querySelectorAll("tr.r.v")].map(row => row.cells[2].textContent.split(" / "))
        .filter(pair => pair.length == 2).map(([used, limit]) => used / limit)''')
    expect("sorted by share", (len(shares) > 9, shares), (True, sorted(shares, reverse=True)))
    expect("the fullest", rows(page)[0], "/安居智能")
    head = 'document.querySelector("thead th:nth-child(3)").getAttribute("aria-sort")'
    expect("the head", page.run(head), "descending")
    page.click("thead th:nth-child(3) button")
    expect("sorted the other way", (page.run(head), rows(page)[0] == "/安居智能"), ("ascending", False))
    page.click("thead th:nth-child(6) button")
    ends = page.run('[...document.querySelectorAll("tr.r.v")].map(row => row.cells[5].textContent)')
    dates = [end for end in ends if end]
    expect("sorted by end, empty ones last", ends[: len(dates)], sorted(dates))
    page.click("thead th:first-child button")
    names = [path for path in rows(page) if path.startswith("/Квартал Сервіс/ЖК Липова Алея/Будинок 1/кв. ")]
    numbers = [int(re.search(r"\d+$", name)[0]) for name in names]
    expect("sorted by path, as people count", numbers, sorted(numbers))
    for _ in range(2):
        page.click("thead th:first-child button")
    expect("the tree again", rows(page), top)


def try_folding(page: Browser, file: pathlib.Path) -> None:
    page.open(file)
    top = rows(page)
    dealer = 'tr[id="/Квартал Сервіс"]'
    page.click(f"{dealer} button")
    expect("unfolded", len(rows(page)), len(top) + 3)
    expect("the button says so", page.run(f"document.querySelector('{dealer} button').ariaExpanded"), "true")
    page.click(f"{dealer} button")
    expect("folded", rows(page), top)
    page.run(f"document.querySelector('{dealer} a').focus()")
    page.press("ArrowRight", 39)
    expect("unfolded by the keyboard", len(rows(page)), len(top) + 3)
    page.press("ArrowRight", 39)
    page.press("ArrowDown", 40)
    focus = 'document.activeElement.closest("tr")?.id'
    expect("the second site", page.run(focus), "/Квартал Сервіс/Парковий квартал")
    page.press("ArrowLeft", 37)
    page.press("ArrowLeft", 37)
    expect("folded by the keyboard", (page.run(focus), rows(page)), ("/Квартал Сервіс", top))
    page.click(f"{dealer} button")
    page.click('tr[id="/Квартал Сервіс/ЖК Липова Алея"] button')
    page.click(f"{dealer} button")
    expect("folded above what is unfolded", rows(page), top)
    page.run(f"document.querySelector('{dealer} a').focus()")
    page.press("Enter", 13, "\r")
    expect("the details by the keyboard", details(page), ["/Квартал Сервіс"])
    expect("the address", urllib.parse.unquote(page.run("location.hash")), "#/Квартал Сервіс")
    curves = (f"['.ac', '.pe', '.m', '.u'].map(each => (document.querySelector('{dealer} + tr ' + each)?.getAttribute('d')"
              " ?? '').split('M').length - 1).join()")
    expect("the first licence and three curves", page.run(curves), "1,1,3,3")
    page.click(f"{dealer} a")
    expect("the details are closed", details(page), [])
    page.click("#unfold")
    expect("all", len(rows(page)), page.run('document.querySelectorAll("tr.r").length'))
    page.click("#fold")
    expect("all folded", rows(page), top)


def try_links(page: Browser, file: pathlib.Path) -> None:
    deep = "/Квартал Сервіс/ЖК Липова Алея/Будинок 1/кв. 36"
    for fragment in ("#" + deep, "#" + urllib.parse.quote(deep)):
        page.open(file, fragment)
        page.settle()
        expect("a deep link", (details(page), page.run('document.activeElement.closest("tr").id')), ([deep], deep))
        box = page.run('(box => [box.top, box.bottom])(document.activeElement.getBoundingClientRect())')
        expect("it is in sight", 0 <= box[0] and box[1] <= 900, True)
    page.click("[data-only=b]")
    page.run('location.hash = "#/Showroom"')
    page.settle()
    expect("a link out of a filter", ("/Showroom" in details(page), len(rows(page)) > 10), (True, True))
    page.open(file)
    page.click("#attention .row a")
    expect("a link of a list", details(page), ["/安居智能"])
    page.open(file)
    page.click(".wide a")
    expect("a label of the map", details(page), ["/"])
    page.open(file)
    page.click(".wide path[class^=l]")
    expect("a rectangle of the map", len(details(page)), 1)
    page.click("label[for=map1]")
    shown = page.run('[...document.querySelectorAll(".map")].map(map => map.checkVisibility())')
    expect("another resource", shown, [False, True, False])
    page.open(file, "#%E0%A4%A")
    page.open(file, "#/no/such/group")
    expect("a link to nothing", details(page), [])


def try_hostile(page: Browser, stores: Stores) -> None:
    groups = [f"  {json.dumps(name, ensure_ascii=False)}: {{kind: {json.dumps(TEXTS[i % len(TEXTS)])}, "
              f"licenses: {{{json.dumps(name, ensure_ascii=False)}: {{sip: {i + 1}, until: 2027-03-01, "
              f"type: {json.dumps(TEXTS[i % len(TEXTS)])}}}}}, users: {{'u{i}@x.test': {{sip: {i + 1}}}}}, groups: {{b: {{}}}}}}"
              for i, name in enumerate(NAMES)]
    stores.make("hostile", "allot: 1\ngroups:\n" + "\n".join(groups) + "\n")
    stores.run("--db", "hostile.db", "group", "set", "/" + MARKUP, "--suspend")
    with sqlite3.connect(stores.folder / "hostile.db") as store:
        store.execute("UPDATE groups SET kind = ? WHERE name = 'b'", (OVERRIDE,))
    file = stores.report("hostile")
    expect("a character that turns text around", "\u202e" in file.read_text(), False)
    page.open(file)
    tags = 'JSON.stringify(["img", "iframe", "object", "embed", "link", "base", "form"].map(t => document.querySelectorAll(t).length))'
    expect("foreign elements", page.run(tags), "[0,0,0,0,0,0,0]")
    expect("scripts and styles", page.run('document.querySelectorAll("script,style").length'), 3)
    expect("attributes of events or style",
           page.run('[...document.querySelectorAll("*")].filter(e => [...e.attributes].some(a => /^(on|style$)/.test(a.name))).length'), 0)
    page.click("#unfold")
    shown = page.run('[...document.querySelectorAll("tr.r.v")].map(row => [row.id, row.querySelector("a").textContent, row.cells[1].textContent])')
    by_path = {path: (name, kind) for path, name, kind in shown}
    for i, name in enumerate(NAMES):
        expect(f"the group {name}", by_path.get("/" + name), (name, TEXTS[i % len(TEXTS)]))
        page.open(file, "#" + urllib.parse.quote("/" + name))
        page.settle()
        expect(f"a link to {name}", details(page), ["/" + name])
        page.run('document.querySelector("#attention").scrollIntoView()')
    write_into(page, MARKUP.upper())
    expect("a search for markup", rows(page)[:1], ["/" + MARKUP])
    expect("the status", page.run('document.querySelector("#status").children.length'), 0)
    page.run('document.querySelector(".wide path[class^=l]").dispatchEvent(new PointerEvent("pointermove", {bubbles: true}))')
    expect("what the map says", page.run('document.querySelector("#readout").children.length'), 0)
    expect_quiet(page, "hostile names")


def try_policy(page: Browser, file: pathlib.Path, folder: pathlib.Path) -> None:
    """The policy refuses what somebody would add to the page."""
    text = file.read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    parts = dict(part.strip().split(" ", 1) for part in html.unescape(policy).split(";"))
    expect("the policy", sorted(parts), ["base-uri", "default-src", "form-action", "script-src", "style-src"])
    expect("from elsewhere", parts["default-src"], "'none'")
    expect("by hash alone", re.fullmatch(r"('sha256-[A-Za-z0-9+/]{43}=' ?)+", parts["script-src"]) is not None, True)
    changed = folder / "changed.html"
    changed.write_text(text.replace("</main>", '<script>document.title = "changed"</script><img src="x.png"><p style="color:red"></main>'))
    page.open(changed)
    expect("a script that was added", page.run("document.title") == "changed", False)
    refused = [e for e in page.events if e.get("method") == "Log.entryAdded" and e["params"]["entry"]["source"] == "security"]
    expect("what was refused", len(refused), 3)


def try_widths(page: Browser, files: list[pathlib.Path]) -> None:
    for file in files:
        for width in (390, 820, 1280):
            page.resize(width)
            page.open(file)
            page.run('document.querySelectorAll("tr.r.v a").forEach((link, i) => { if (i < 3) link.click(); })')
            page.settle()
            across = page.run("document.documentElement.scrollWidth")
            expect(f"{file.name} at {width} pixels", across <= width, True)
    page.resize(1280)


def try_accessibility(page: Browser, file: pathlib.Path) -> None:
    checks = (ROOT / "tests/support/page_checks.js").read_text()
    for scheme in ("light", "dark"):
        for width in (1280, 390):
            page.emulate(scheme)
            page.resize(width)
            page.open(file)
            page.run('document.querySelectorAll("tr.r.v a").forEach((link, i) => { if (i < 4) link.click(); })')
            page.settle()
            for fault in page.run(checks):
                FAULTS.append(f"{scheme}, {width}: {fault}")
    page.emulate()
    page.resize(1280)
    page.open(file)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    for node in nodes:
        role = node.get("role", {}).get("value")
        if not node.get("ignored") and role in ("button", "link", "searchbox", "radio", "image", "table") and not node.get("name", {}).get("value"):
            FAULTS.append(f"for a screen reader a {role} has no name")
    roles = {node.get("role", {}).get("value") for node in nodes}
    missing = {"banner", "navigation", "main", "search", "table", "columnheader", "rowheader", "status", "contentinfo"} - roles
    expect("what a screen reader finds", missing, set())
    seen = []
    for _ in range(60):
        page.press("Tab", 9)
        seen.append(page.run('(e => (e.id || e.className || e.textContent).toString().slice(0, 20))(document.activeElement)'))
        if seen[-1] == "search":
            outline = page.run("getComputedStyle(document.activeElement).outlineStyle")
            expect("the focus is shown", outline, "solid")
            break
    expect("the first in the order of focus", seen[0], "skip")
    expect("the search is reached", (seen[-1], len(seen) == len(set(seen[:8])) + len(seen[8:])), ("search", True))


def try_without_script(page: Browser, file: pathlib.Path) -> None:
    groups = page.run('document.querySelectorAll("tr.r").length')
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(file, "#" + urllib.parse.quote("/Квартал Сервіс/ЖК Липова Алея"))
    expect("every row without script", (len(rows(page)), len(details(page))), (groups, groups))
    expect("no tools without script", page.run('document.querySelector(".tools").checkVisibility()'), False)
    expect("a deep link without script", page.run('document.querySelector(":target").id'), "/Квартал Сервіс/ЖК Липова Алея")
    expect("it scrolls there", page.run("scrollY > 500"), True)
    page.call("Emulation.setScriptExecutionDisabled", value=False)


def try_size(page: Browser, stores: Stores) -> None:
    """5,000 groups, each with a licence that is followed by another one: 4 MB, and no picture is left out."""
    lines = ["allot: 1", "groups:"]
    for i in range(50):
        lines += [f"  Dealer of the region {i}:", "    kind: dealer", "    groups:"]
        for j in range(99):
            lines += [f"      Riverside Gardens, building {j}:", "        kind: building",
                      "        licenses: {first: {sip: 20, mobile: 10, features: [ukey2], until: 2027-06-30}, "
                      "next: {sip: 30, mobile: 20, features: [ukey2], from: 2027-07-01, until: 2028-06-30}}",
                      f"        users: {{tenant-{i}-{j}@x.example: {{sip: {j % 20}, mobile: {j % 10}}}}}"]
    stores.make("large", "\n".join(lines) + "\n")
    file = stores.report("large")
    size = file.stat().st_size
    expect("the size", 1_000_000 < size <= 4_000_000, True)
    page.open(file)
    groups = page.run('document.querySelectorAll("tr.r").length')
    expect("the groups", groups, 5001)
    expect("the curves of each", page.run('document.querySelectorAll(".x .m").length'), 50 * 99)
    # The bars of the licences have the same dates everywhere: they are drawn once, and shown in each group.
    expect("the bars", page.run('document.querySelectorAll(".x .ac, .x .pe").length'), 2)
    last = "/Dealer of the region 49/Riverside Gardens, building 98"
    page.open(file, "#" + urllib.parse.quote(last))
    page.run(f"picture = document.getElementById('{last}').nextElementSibling.querySelector('svg.v'); "
             "picture.scrollIntoView({block: 'center'})")
    hit = "(box => document.elementFromPoint(box.x + {}, box.y + {}).tagName)(picture.getBoundingClientRect())"
    bars = [page.run(hit.format(x, y)) for x, y in ((50, 18), (50, 27), (150, 18), (150, 27))]
    expect("the bars of the last", bars, ["use", "svg", "svg", "use"])
    write_into(page, "building 98")
    expect("a search in them", len(rows(page)), 50)
    write_into(page, "building")
    expect("the first of many", len(rows(page)), 300)
    page.click("#all")
    expect("all of them", len(rows(page)), 50 * 99)


def main() -> int:
    if PROGRAM is None:
        print("skipped: chromium is not installed")
        return 77
    with tempfile.TemporaryDirectory() as name, browser() as page:
        folder = pathlib.Path(name)
        stores = Stores(folder)
        stores.make("distributor", (ROOT / "examples/distributor.yaml").read_text())
        file = stores.report("distributor")
        page.resize(1280)
        for attempt in (try_search, try_sorting, try_folding, try_links):
            attempt(page, file)
            expect_quiet(page, attempt.__name__)
        try_accessibility(page, file)
        expect_quiet(page, "accessibility")
        try_without_script(page, file)
        try_hostile(page, stores)
        try_widths(page, [file, folder / "hostile.html"])
        try_policy(page, file, folder)
        try_size(page, stores)
        expect_quiet(page, "a large report")
    print("\n".join(FAULTS) or "the report works in a browser")
    return 1 if FAULTS else 0


sys.exit(main())
