"use strict";
(() => {
  const about = JSON.parse(document.getElementById("about").textContent);
  const at = (id) => document.getElementById(id);
  const PAGE = 100;
  const MICRO = 1_000_000;
  const NAMES = {
    file: "file", line: "line", start: "start (local)", station: "station", energy: "kWh",
    rules: "rules", split: "split method", instead: "counts instead",
  };

  // Numbers ------------------------------------------------------------------------------------
  const count = (value) => value.toLocaleString("en");
  // From whole millionths: a receipt is exact, a floating point number of kWh is not.
  const kwh = (micro, sign = false) => {
    const digits = String(Math.abs(micro) % MICRO).padStart(6, "0");
    const whole = Math.trunc(Math.abs(micro) / MICRO).toLocaleString("en");
    const before = micro < 0 ? "\u2212" : sign && micro > 0 ? "+" : "";
    return `${before}${whole}.${digits.replace(/0{1,3}$/, "")}`;
  };
  const percent = (ratio) => (
    `${ratio < 0 ? "\u2212" : "+"}${Math.abs(100 * ratio).toFixed(2)}\u00a0%`
  );
  const moment = (seconds) => (
    seconds === null ? "" : new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")
  );

  // Rows ---------------------------------------------------------------------------------------
  // Unpacked once, when the page opens: the whole receipt is in this one file.
  const unpack = async () => {
    const bytes = Uint8Array.from(atob(at("rows").textContent), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const rowsOf = (columns, words) => {
    const value = (name, place) => columns[name][columns[name].length === 1 ? 0 : place];
    const word = (name, place) => (value(name, place) < 0 ? "" : words[value(name, place)]);
    const rows = [];
    let line = 0;
    for (let place = 0; place < columns.shown; place += 1) {
      line += value("line", place);
      const other = value("insteadLine", place);
      rows.push({
        file: word("file", place),
        line,
        start: moment(value("start", place)),
        station: word("station", place),
        energy: value("energy", place),
        rules: word("rules", place).replaceAll(",", ", "),
        split: word("split", place),
        instead: other < 0 ? "" : `${word("insteadFile", place)}:${other}`,
      });
    }
    return rows;
  };

  // Pieces -------------------------------------------------------------------------------------
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const row = (tag, cells, numbers) => {
    const made = document.createElement("tr");
    cells.forEach((text, place) => {
      const cell = element(tag, numbers.includes(place) ? "number" : "", text);
      if (tag === "th") cell.scope = "col";
      made.append(cell);
    });
    return made;
  };
  const table = (heads, rows, numbers) => {
    const made = document.createElement("table");
    const head = made.createTHead();
    head.append(row("th", heads, numbers));
    made.createTBody().append(...rows.map((cells) => row("td", cells, numbers)));
    return made;
  };
  const listing = (rows, names) => {
    const numbers = names.flatMap((name, place) => (name === "line" || name === "energy" ? [place] : []));
    const cells = (each) => names.map((name) => (
      name === "energy" ? kwh(each.energy) : name === "line" ? count(each.line) : each[name]
    ));
    const box = element("div", "scroll");
    box.tabIndex = 0;
    const made = table(names.map((name) => NAMES[name]), rows.slice(0, PAGE).map(cells), numbers);
    box.append(made);
    const parts = [box];
    if (rows.length > PAGE) {
      let shown = PAGE;
      const more = element("button", "", "");
      more.type = "button";
      const label = () => { more.textContent = `Show more (${count(rows.length - shown)} left)`; };
      more.addEventListener("click", () => {
        const next = rows.slice(shown, shown + 10 * PAGE);
        made.tBodies[0].append(...next.map((each) => row("td", cells(each), numbers)));
        shown += next.length;
        if (shown === rows.length) more.remove();
        else label();
      });
      label();
      parts.push(more);
    }
    return parts;
  };
  const line = ({ title, rows, micro, share, className, open }) => {
    const item = element("li", className);
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    const bar = element("span", "bar");
    const fill = document.createElement("i");
    fill.style.width = `${100 * share}%`;
    bar.append(fill);
    summary.append(
      element("span", "title", title),
      element("span", "count", `${count(rows)} ${rows === 1 ? "row" : "rows"}`),
      element("span", "kwh", `${kwh(micro, className !== "total")} kWh`),
      bar,
    );
    const inside = element("div", "open");
    details.append(summary, inside);
    details.addEventListener("toggle", () => {
      if (details.open && !inside.hasChildNodes()) inside.append(...open());
    });
    item.append(details);
    return item;
  };

  const byFile = () => {
    const several = about.sources.length > 1;
    const heads = [...(several ? ["feed"] : []), "file", "rows", "plain kWh", "sessions", "kWh that count"];
    const rows = about.files.map(([feed, file, rowsIn, plain, sessions, counted]) => [
      ...(several ? [feed] : []), file, count(rowsIn), kwh(plain ?? 0), count(sessions), kwh(counted),
    ]);
    const first = several ? 2 : 1;
    return table(heads, rows, [first, first + 1, first + 2, first + 3]);
  };
  const bySplit = (rows) => {
    const sums = new Map();
    for (const each of rows) {
      const [n, micro] = sums.get(each.split) ?? [0, 0];
      sums.set(each.split, [n + 1, micro + each.energy]);
    }
    const cells = [...sums].sort().map(([name, [n, micro]]) => [name, count(n), kwh(micro)]);
    return table(["split method", "sessions", "kWh"], cells, [1, 2]);
  };

  // The receipt --------------------------------------------------------------------------------
  const draw = (packed) => {
    const largest = Math.max(1, ...about.steps.map((step) => Math.abs(step.kwh)));
    const cut = (shown, all) => (
      shown < all
        ? [element("p", "note", `The first ${count(shown)} rows; all ${count(all)} are in the published fct_uncounted_rows and fct_charging_sessions.`)]
        : []
    );
    const steps = about.steps.map((step, place) => {
      const columns = packed.steps[place];
      return line({
        title: step.title,
        rows: step.rows,
        micro: step.kwh,
        share: Math.abs(step.kwh) / largest,
        className: step.kwh === 0 ? "none" : step.kwh < 0 ? "less" : "more",
        open: () => {
          const rows = rowsOf(columns, packed.words);
          const names = ["file", "line", "start", "station", "energy", "rules"];
          if (rows.some((each) => each.split)) names.push("split");
          if (rows.some((each) => each.instead)) names.push("instead");
          return [
            element("p", "note", [step.why, step.remedy].filter(Boolean).join(" ")),
            ...cut(columns.shown, step.rows),
            ...listing(rows, names),
          ];
        },
      });
    });
    const total = (title, [rows, micro], open) => (
      line({ title, rows, micro, share: 0, className: "total", open })
    );
    at("lines").replaceChildren(
      total("A plain sum of the files", about.plain, () => {
        const box = element("div", "scroll");
        box.tabIndex = 0;
        box.append(byFile());
        return [element("p", "note", "What adding up the energy column of every row gives, repeated and impossible rows included, each on its date as written."), box];
      }),
      ...steps,
      total("Energy that counts", about.true, () => {
        const rows = rowsOf(packed.counted, packed.words);
        return [
          ...cut(packed.counted.shown, about.true[0]),
          bySplit(rows),
          ...listing(rows, ["file", "line", "start", "station", "energy", "rules", "split"]),
        ];
      }),
    );
    return check(packed);
  };

  // The page adds up its own rows, so that nobody has to believe the sums it was given.
  const check = (packed) => {
    const sum = (columns) => (
      columns.energy.length === 1
        ? columns.energy[0] * columns.shown
        : columns.energy.reduce((total, each) => total + each, 0)
    );
    const all = [...packed.steps.map((columns, place) => [columns, about.steps[place]])];
    const isWhole = packed.counted.shown === about.true[0]
      && all.every(([columns, step]) => columns.shown === step.rows);
    if (!isWhole) return "Some bars hold more rows than this page carries; their sums are those of the marts.";
    const wrong = all.filter(([columns, step]) => (
      step.kind !== "re_dated" && Math.abs(sum(columns)) !== Math.abs(step.kwh)
    )).map(([, step]) => step.title);
    const steps = about.steps.reduce((total, step) => total + step.kwh, 0);
    if (about.plain[1] + steps !== about.true[1]) wrong.push("the steps");
    if (sum(packed.counted) !== about.true[1]) wrong.push("Energy that counts");
    return wrong.length
      ? `Does not add up: ${wrong.join("; ")}`
      : `Added up again by this page from its ${count(about.plain[0])} rows: every line agrees to the last digit.`;
  };

  at("scope").textContent = `${about.sources.join(", ")} \u00b7 ${about.period}`;
  at("origin").textContent = `From ${about.origin}. Energy in kWh; starts on the station's clock.`;
  const difference = about.true[1] - about.plain[1];
  const part = about.plain[1] > 0 ? ` (${percent(difference / about.plain[1])})` : "";
  at("summary").textContent = `A plain sum gives ${kwh(about.plain[1])} kWh, and ${kwh(about.true[1])} kWh count: ${kwh(difference, true)} kWh${part}. Every line opens to its rows.`;
  at("undated").textContent = about.undated
    ? `${count(about.undated)} rows without a readable start are in no period.`
    : "";
  at("files").replaceWith(byFile());
  unpack().then((packed) => { at("check").textContent = draw(packed); });
})();
