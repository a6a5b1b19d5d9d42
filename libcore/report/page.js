"use strict";
// Search, filters, sorting, folding and links by path for the table; hints for the map. Without this script the page
// shows every row.
(() => {
  const MOST = 300; // rows of a flat list that are shown at first
  const $ = (id) => document.getElementById(id);
  const table = $("table"), body = $("rows"), status = $("status"), search = $("search"), more = $("more"), all = $("all");
  const heads = [...table.tHead.rows[0].cells];
  // What a cell says when the rows are cards on a narrow screen, where the heads of the columns are far away.
  const labels = heads.map((head, at) => [at, head.textContent]).filter(([at]) => at > 1 && at < heads.length - 1);
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  // One object a group: its row, the row of its details, its place in the tree.
  const groups = [];
  const byPath = new Map();
  const stack = [];
  for (let tr = body.firstElementChild; tr; tr = tr.nextElementSibling.nextElementSibling) {
    const th = tr.firstElementChild, depth = Number(th.className.slice(1));
    const group = { tr, x: tr.nextElementSibling, th, depth, path: tr.id, at: groups.length, children: 0, open: false, shown: false };
    // The style has a greatest indentation, so that deeper levels are told apart by their paths.
    while (stack.length && !(group.path.startsWith(stack.at(-1).path === "/" ? "/" : stack.at(-1).path + "/"))) stack.pop();
    group.parent = stack.at(-1) || null;
    if (group.parent) group.parent.children++;
    stack.push(group);
    groups.push(group);
    byPath.set(group.path, group);
  }
  let only = "", wanted = "", sort = null, limit = MOST;

  const hash = (path) => "#" + encodeURIComponent(path).replaceAll("%2F", "/");

  /** Gives a row its link, and its button where groups are below it: once, when it is first visible. */
  function enhance(group) {
    if (group.link) return;
    const name = group.th.textContent;
    group.th.textContent = "";
    if (group.children) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "t";
      button.setAttribute("aria-label", "Groups below " + name);
      button.setAttribute("aria-expanded", group.open);
      group.button = button;
      group.th.append(button);
    }
    const link = document.createElement("a");
    const isolated = document.createElement("bdi");
    isolated.textContent = name;
    link.append(isolated);
    link.href = hash(group.path);
    const path = document.createElement("small");
    path.dir = "ltr";
    path.textContent = group.parent ? group.parent.path : "";
    group.link = link;
    group.th.append(link, path);
    for (const [at, label] of labels) group.tr.cells[at].dataset.label = label;
  }

  function setShown(group, isShown) {
    if (isShown) enhance(group);
    if (group.shown !== isShown) group.tr.classList.toggle("v", isShown);
    group.shown = isShown;
    group.x.classList.toggle("v", isShown && group.detailed === true);
  }

  function setDetailed(group, isDetailed) {
    group.detailed = isDetailed;
    group.tr.classList.toggle("open", isDetailed);
    group.x.classList.toggle("v", isDetailed && group.shown);
    if (group.link) isDetailed ? group.link.setAttribute("aria-current", "true") : group.link.removeAttribute("aria-current");
  }

  function setOpen(group, isOpen) {
    group.open = isOpen;
    if (group.button) group.button.setAttribute("aria-expanded", isOpen);
  }

  const fold = (text) => text.normalize("NFKC").toLocaleLowerCase();
  const text = (group) => group.text ??= fold(group.path + "\n" + group.tr.cells[1].textContent + "\n" +
    [...group.x.querySelectorAll("b")].map((b) => b.textContent).join("\n"));
  const matches = (group) => (!only || group.tr.classList.contains(only)) && text(group).includes(wanted);
  const isFlat = () => only !== "" || wanted !== "" || sort !== null;

  const number = (text) => parseInt(text.replace(/\u202f/g, ""), 10);
  /** The key of a group for the column that sorts; null is last. */
  function keyOf(group) {
    const cell = group.tr.cells[sort.column], value = cell.textContent.trim();
    if (sort.key === "path") return group.path;
    if (sort.key !== "share") return value || null;
    const [used, of] = value.split("/").map(number);
    return of > 0 ? used / of + of / 1e12 : null;
  }

  function sorted() {
    if (!sort) return groups;
    const keyed = groups.map((group) => [keyOf(group), group]);
    const compare = sort.key === "share" ? (a, b) => a - b : collator.compare;
    keyed.sort(([a, one], [b, other]) => (a === null) - (b === null) ||
      (a === null ? 0 : sort.sign * compare(a, b)) || one.at - other.at);
    return keyed.map((pair) => pair[1]);
  }

  let moved = []; // the groups whose rows do not stand in the order of the tree

  /** Puts the rows of `list` in its order behind all others, which are hidden. */
  function move(list) {
    const rows = document.createDocumentFragment();
    for (const group of list) rows.append(group.tr, group.x);
    body.append(rows);
    moved = list;
  }

  function moveBack() {
    moved.sort((one, other) => other.at - one.at);
    for (const group of moved) {
      const next = groups[group.at + 1];
      body.insertBefore(group.x, next ? next.tr : null);
      body.insertBefore(group.tr, group.x);
    }
    moved = [];
  }

  function update() {
    const flat = isFlat();
    table.classList.toggle("flat", flat);
    moveBack();
    let found = 0;
    const shown = [];
    for (const group of sorted()) {
      let isShown;
      if (flat) {
        const isMatch = matches(group);
        if (isMatch) found++;
        isShown = isMatch && found <= limit;
      } else {
        isShown = !group.parent || (group.parent.shown && group.parent.open);
      }
      setShown(group, isShown);
      if (isShown) shown.push(group);
    }
    if (sort) move(shown);
    const count = (n) => n + (n === 1 ? " group" : " groups");
    status.textContent = flat && (only || wanted) ? count(found) + (found === 1 ? " matches" : " match") : "";
    more.hidden = !(flat && found > limit);
    all.textContent = "Show all " + found;
  }

  function reset() {
    only = "";
    wanted = "";
    sort = null;
    search.value = "";
    mark();
  }

  function mark() {
    for (const chip of document.querySelectorAll("[data-only]")) chip.setAttribute("aria-pressed", chip.dataset.only === only);
    for (const head of heads) {
      const isSorted = sort && heads.indexOf(head) === sort.column;
      if (isSorted) head.setAttribute("aria-sort", sort.sign > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  }

  /** Shows the group that the address names: the way to it unfolded, its details open. */
  function follow(isFirst) {
    let path;
    try {
      path = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const group = byPath.get(path);
    if (!group) return;
    for (let above = group.parent; above; above = above.parent) setOpen(above, true);
    if (!group.shown) {
      if (isFlat() && !matches(group)) reset();
      if (isFlat()) limit = Infinity;
    }
    update();
    setDetailed(group, true);
    group.tr.scrollIntoView({ block: isFirst ? "start" : "nearest" });
    const box = group.tr.getBoundingClientRect();
    if (box.top < 60) scrollBy(0, box.top - 60);
    if (box.bottom + group.x.offsetHeight > innerHeight) scrollBy(0, Math.min(box.top - 60, box.bottom + group.x.offsetHeight - innerHeight + 20));
    group.link.focus({ preventScroll: true });
  }

  search.addEventListener("input", () => {
    wanted = fold(search.value).replace(/\s+/g, " ").trim();
    limit = MOST;
    update();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    search.dispatchEvent(new Event("input"));
  });
  for (const chip of document.querySelectorAll("[data-only]")) {
    chip.addEventListener("click", () => {
      only = chip.dataset.only;
      limit = MOST;
      mark();
      update();
    });
  }
  all.addEventListener("click", () => {
    limit = Infinity;
    update();
  });
  const openAll = (isOpen) => {
    reset();
    for (const group of groups) {
      setOpen(group, isOpen || (group.parent === null && group.children > 0));
      if (group.detailed) setDetailed(group, false);
    }
    update();
  };
  $("fold").addEventListener("click", () => openAll(false));
  $("unfold").addEventListener("click", () => openAll(true));

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.append(button);
    const { key } = head.dataset;
    const first = key === "share" ? -1 : 1;
    button.addEventListener("click", () => {
      if (!sort || sort.column !== column) sort = { column, key, sign: first };
      else sort = sort.sign === first ? { column, key, sign: -first } : null;
      limit = MOST;
      mark();
      update();
    });
  });

  body.addEventListener("click", (event) => {
    const tr = event.target.closest("tr.r");
    if (!tr) return;
    const group = byPath.get(tr.id);
    if (event.target === group.button) {
      setOpen(group, !group.open);
      update();
    } else if (event.target.closest("a")) {
      if (group.detailed) {
        event.preventDefault();
        setDetailed(group, false);
      } else if (location.hash === group.link.hash) {
        event.preventDefault();
        setDetailed(group, true);
      }
    }
  });
  body.addEventListener("keydown", (event) => {
    const tr = event.target.closest("tr.r");
    if (!tr || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const group = byPath.get(tr.id);
    const list = [...body.querySelectorAll("tr.r.v")];
    const move = (to) => to && byPath.get(to.id).link.focus();
    if (event.key === "ArrowDown") move(list[list.indexOf(tr) + 1]);
    else if (event.key === "ArrowUp") move(list[list.indexOf(tr) - 1]);
    else if (event.key === "ArrowRight" && group.children && !isFlat()) {
      if (group.open) move(list[list.indexOf(tr) + 1]);
      else setOpen(group, true), update();
    } else if (event.key === "ArrowLeft" && !isFlat()) {
      if (group.open) setOpen(group, false), update();
      else if (group.parent) group.parent.link.focus();
    } else return;
    event.preventDefault();
  });

  // The map: what is under the pointer, and its group on a click.
  const readout = $("readout");
  let hot = null;
  for (const map of document.querySelectorAll(".map")) {
    const resource = [...document.querySelectorAll(".map")].indexOf(map);
    map.addEventListener("pointermove", (event) => {
      const cell = event.target.closest("[data-g]") || event.target.closest("svg > *")?.previousElementSibling;
      const own = cell?.dataset.g ? cell : cell?.closest("svg") && cell.previousElementSibling?.dataset.g ? cell.previousElementSibling : null;
      if (own === hot) return;
      hot?.classList.remove("hot");
      hot = own;
      if (!own) return;
      own.classList.add("hot");
      const group = groups[own.dataset.g], value = group.tr.cells[2 + resource];
      readout.textContent = group.path + "  ·  " + heads[2 + resource].textContent + " " + value.textContent.trim().replace("/", "of") +
        (value.className === "pb" ? " blocked" : value.className[0] === "p" ? " (" + value.className.slice(1) + " %)" : "") +
        (group.tr.lastElementChild.textContent.trim() ? "  ·  " + group.tr.lastElementChild.textContent.trim() : "");
    });
    map.addEventListener("click", (event) => {
      if (!hot || event.target.closest("a")) return;
      location.hash = hash(groups[hot.dataset.g].path);
    });
  }

  for (const group of groups) if (!group.parent) setOpen(group, group.children > 0);
  update();
  addEventListener("hashchange", () => follow(false));
  // A browser goes to the address itself while it loads, and takes the focus away again.
  addEventListener("load", () => setTimeout(follow, 0, true));
})();
