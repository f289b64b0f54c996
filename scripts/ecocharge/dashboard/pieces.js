// Numbers in words, and the pieces of the page that hold them.
const Pieces = (() => {
  const NONE = "–";
  const at = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(at(id).textContent);

  const FORMATS = [0, 1].map((digits) => (
    new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
  ));
  const number = (value, digits = 0) => (
    value === null || !Number.isFinite(value) ? NONE : FORMATS[digits].format(value)
  );
  const percent = (value, digits = 1) => (
    value === null || !Number.isFinite(value) ? NONE : `${number(100 * value, digits)}\u00a0%`
  );
  // NULL is unknown, not zero: a sum of nothing but NULL stays NULL.
  const sum = (rows, value) => rows.reduce((total, row) => {
    const each = value(row);
    return each === null ? total : (total ?? 0) + each;
  }, null);
  const ratio = (part, whole) => (part === null || whole === null || !(whole > 0) ? null : part / whole);

  const say = (id, text) => { at(id).textContent = text; };
  const options = (id, pairs, chosen) => {
    at(id).replaceChildren(...pairs.map(([value, label]) => new Option(label, value, false, value === chosen)));
  };
  // `rows` of texts, or of nodes such as a button.
  const table = (id, heads, rows, strong = () => false) => {
    const cells = (tag, values) => values.map((value) => {
      const cell = document.createElement(tag);
      cell.append(value);
      if (tag === "th") cell.scope = "col";
      return cell;
    });
    const head = document.createElement("thead");
    const body = document.createElement("tbody");
    head.insertRow().append(...cells("th", heads));
    rows.forEach((values) => {
      const row = body.insertRow();
      row.append(...cells("td", values));
      if (strong(values)) row.className = "strong";
    });
    at(id).replaceChildren(head, body);
  };
  // A table that is folded away is not filled until somebody opens it: a year has 365 rows.
  const waiting = new Map();
  const unfold = (id) => {
    const fill = waiting.get(id);
    if (!fill || !at(id).closest("details").open) return;
    waiting.delete(id);
    table(id, ...fill());
  };
  const folded = (id, fill) => {
    if (!waiting.has(id)) at(id).closest("details").ontoggle = () => unfold(id);
    waiting.set(id, fill);
    unfold(id);
  };
  const button = (label, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link";
    made.textContent = label;
    made.addEventListener("click", action);
    return made;
  };
  const empty = (id, text) => {
    const note = document.createElement("p");
    note.className = "empty";
    note.textContent = text;
    at(id).replaceChildren(note);
  };

  return { NONE, at, read, number, percent, sum, ratio, say, options, table, folded, button, empty };
})();
