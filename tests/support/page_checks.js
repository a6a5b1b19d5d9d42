// Checks of accessibility that the page answers about itself; an array of faults.
(() => {
  const faults = [];
  const fault = (what, element) => faults.push(what + ": " + element.outerHTML.slice(0, 120));
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

  // Contrast of WCAG 2.1, level AA, of every text that is shown, against the nearest colour behind it.
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a), a: 1 });
  const luminance = ({ r, g, b }) => {
    const part = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.push(parse(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), parse(getComputedStyle(document.body).backgroundColor));
  };
  /** The colour of the rectangles of the map at a label, the later above the earlier. */
  const behindLabel = (text) => {
    let colour = behind(text.closest("svg"));
    const x = Number(text.getAttribute("x")) + 1, y = Number(text.getAttribute("y"));
    for (const path of text.closest("svg").querySelectorAll("path")) {
      if (text.compareDocumentPosition(path) & Node.DOCUMENT_POSITION_FOLLOWING) break;
      const style = getComputedStyle(path), box = path.getBBox();
      if (x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height || style.fill.startsWith("url")) continue;
      colour = over({ ...parse(style.fill), a: Number(style.fillOpacity) }, colour);
    }
    return colour;
  };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !isShown(element) || element.closest(".defs,.sr,.skip,script")) continue;
    const style = getComputedStyle(element);
    const isLabel = element.localName === "text" && element.closest(".map") !== null;
    const below = isLabel ? behindLabel(element) : behind(element);
    const colour = over(parse(element.localName === "text" ? style.fill : style.color), below);
    const [light, dark] = [luminance(colour), luminance(below)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (light + 0.05) / (dark + 0.05);
    texts++;
    if (ratio < wanted) fault("contrast " + ratio.toFixed(2), element);
  }
  if (texts < 50) faults.push("only " + texts + " texts were looked at");

  // Structure.
  let level = 0;
  for (const heading of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    const own = Number(heading.localName[1]);
    if (own > level + 1) fault("a level of headings is left out", heading);
    level = own;
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("there is not one h1");
  if (!document.documentElement.lang) faults.push("the page has no language");
  if (!document.title) faults.push("the page has no title");
  for (const landmark of ["header", "nav", "main", "footer"]) {
    if (!document.querySelector(landmark)) faults.push("there is no " + landmark);
  }
  const ids = new Set();
  for (const element of document.querySelectorAll("[id]")) {
    if (ids.has(element.id)) fault("an id is there twice", element);
    ids.add(element.id);
  }
  for (const element of document.querySelectorAll("[aria-labelledby]")) {
    if (!document.getElementById(element.getAttribute("aria-labelledby"))) fault("its label is not there", element);
  }
  for (const element of document.querySelectorAll("a[href^='#']")) {
    if (element.closest("svg,tr")) continue;
    const name = decodeURIComponent(element.getAttribute("href").slice(1));
    if (!document.getElementById(name)) fault("it leads nowhere", element);
  }

  // Names and roles.
  const name = (element) => (element.getAttribute("aria-label") || element.textContent || "").trim() ||
    [...(element.labels || [])].map((label) => label.textContent.trim()).join("");
  for (const element of document.querySelectorAll("a,button,input,[role=img]")) if (!name(element)) fault("it has no name", element);
  for (const element of document.querySelectorAll("svg")) {
    const isDecoration = element.getAttribute("aria-hidden") === "true";
    const isInWords = element.closest("td")?.querySelector("p") != null; // the details say the same in words
    if (!isDecoration && !isInWords && !element.getAttribute("aria-label")) fault("a picture has no name", element);
  }
  for (const element of document.querySelectorAll("[tabindex]")) if (element.tabIndex > 0) fault("it changes the order of focus", element);
  for (const element of document.querySelectorAll("[aria-hidden=true] a,[aria-hidden=true] button,[aria-hidden=true] input")) {
    if (element.tabIndex >= 0) fault("it is hidden but takes the focus", element);
  }
  for (const cell of document.querySelectorAll("thead th")) if (cell.scope !== "col") fault("a head of no column", cell);
  for (const row of document.querySelectorAll("tr.r.v")) {
    if (row.cells[0].scope !== "row") fault("a row has no head", row);
    const button = row.querySelector("button");
    if (button && !button.hasAttribute("aria-expanded")) fault("it does not say whether it is unfolded", button);
  }
  if (!document.querySelector("table caption")) faults.push("the table has no caption");
  if (!document.querySelector("[role=status][aria-live]")) faults.push("nothing announces the number of matches");

  // Targets of at least 24 by 24 pixels for fingers (WCAG 2.2), except links in text.
  for (const element of document.querySelectorAll("button,input:not(.pick),.pick+label")) {
    const box = element.getBoundingClientRect();
    if (isShown(element) && (box.width < 24 || box.height < 24)) fault("its target is too small", element);
  }
  return faults;
})()
