// Vega-Lite pictures: drawn once, then given new rows.
const Pictures = (() => {
  const { at, read, empty } = Pieces;
  const LINE = 22;
  const specs = read("specs");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = matchMedia("(max-width: 760px)");

  const theme = (name) => {
    const style = getComputedStyle(document.documentElement);
    const of = (color) => style.getPropertyValue(color).trim();
    const text = { labelColor: of("--quiet"), titleColor: of("--quiet"), labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
    const lines = [of("--ink"), of("--first"), of("--second")];
    return {
      background: null,
      font: "system-ui, sans-serif",
      view: { stroke: null },
      axis: { ...text, labelLimit: narrow.matches ? 150 : 220, gridColor: of("--grid"), domainColor: of("--line"), tickColor: of("--line") },
      header: { labelColor: of("--ink"), labelFontSize: narrow.matches ? 11 : 12, labelLimit: narrow.matches ? 155 : 220, labelPadding: 4 },
      legend: { ...text, orient: "top", gradientLength: 160, labelLimit: 0, ...(narrow.matches ? { columns: 1 } : {}) },
      bar: { color: of("--first") },
      line: { color: of("--first"), strokeWidth: 1.5 },
      point: { color: of("--first"), filled: true, size: 45 },
      area: { color: of("--first") },
      text: { color: of("--ink"), fontSize: 12 },
      range: {
        category: name === "emissions" || name === "errors" ? lines.slice(1) : lines,
        heatmap: dark.matches
          ? ["#1b2a3a", "#1f5680", "#3a93c4", "#93d2f3", "#f2faff"]
          : ["#eef5fb", "#b5d4ea", "#5ba3cf", "#1f6aa8", "#08306b"],
      },
    };
  };

  // Small multiples know no container: their columns share its width, beside the axis at the left.
  const AXIS = 56;
  const GAP = 18;
  const columns = () => (narrow.matches ? 2 : 4);
  const childWidth = (target) => Math.floor((at(target).clientWidth - AXIS) / columns() - GAP);
  const fitted = (target, spec) => ({ ...spec, columns: columns(), spec: { ...spec.spec, width: childWidth(target) } });

  const noteOf = (target) => target.replace("chart", "read");
  const turns = new Map();
  const pictures = new Map();
  // A picture that is there gets new rows: a tenth of the time of a new one.
  const redrawn = async (target, turn, rows, height) => {
    const { view } = await pictures.get(target).result;
    if (turns.get(target) !== turn) return;
    view.data("rows", rows);
    if (height) view.height(height);
    await view.resize().runAsync();
  };
  const drop = async (target) => {
    const kept = pictures.get(target);
    pictures.delete(target);
    if (kept) (await kept.result).finalize();
  };
  // `lines` are those of a picture without a height of its own; `attend` is given a new picture.
  const draw = async (target, name, rows, nothing, { lines = 0, attend = () => {} } = {}) => {
    const turn = (turns.get(target) ?? 0) + 1;
    turns.set(target, turn);
    if (!rows.length) {
      empty(target, nothing);
      document.getElementById(noteOf(target))?.replaceChildren();
      return drop(target);
    }
    const isFacet = "facet" in specs[name];
    const height = isFacet ? null : specs[name].height ?? LINE * lines;
    const look = `${name} ${dark.matches} ${narrow.matches}`;
    if (pictures.get(target)?.look === look) return redrawn(target, turn, rows, height);
    const old = drop(target);
    const host = document.createElement("div");
    at(target).replaceChildren(host);
    const spec = isFacet ? fitted(target, specs[name]) : { ...specs[name], height };
    const result = vegaEmbed(host, { ...spec, datasets: { rows } }, {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
      tooltip: { disableDefaultStyle: true }, config: theme(name),
    });
    pictures.set(target, { look, result, isFacet });
    result.then(({ view }) => attend(view));
    return Promise.all([old, result]);
  };
  addEventListener("resize", () => pictures.forEach(async ({ result, isFacet }, target) => {
    if (isFacet) (await result).view.signal("child_width", childWidth(target)).runAsync();
  }));

  const left = (target, view) => at(target).querySelector("svg").getBoundingClientRect().left + view.origin()[0];
  // What a time line shows at the moment that is pointed at or touched: marked, and in words below.
  const readOut = (target, hint, say) => (view) => {
    const note = at(noteOf(target));
    const mark = document.createElement("div");
    mark.className = "moment";
    at(target).append(mark);
    const forget = () => {
      mark.style.height = 0;
      note.textContent = hint;
    };
    forget();
    view.addDataListener("rows", forget);
    const tell = (event) => {
      const pointed = Number(view.scale("x").invert(event.clientX - left(target, view)));
      const rows = view.data("rows");
      const near = rows.reduce((best, row) => (Math.abs(row.time - pointed) < Math.abs(best - pointed) ? row.time : best), rows[0].time);
      mark.style.left = `${left(target, view) - at(target).getBoundingClientRect().left + view.scale("x")(near)}px`;
      mark.style.top = `${view.origin()[1]}px`;
      mark.style.height = `${view.height()}px`;
      note.textContent = say(rows.filter((row) => row.time === near));
    };
    for (const kind of ["pointermove", "pointerdown"]) view.addEventListener(kind, tell);
  };
  // The row or small picture that is pressed, by its label.
  const press = (target, chosen) => (view) => {
    at(target).classList.add("pressable");
    view.addEventListener("click", (event, item) => {
      let own = item;
      while (own && !own.datum?.label) own = own.mark?.group;
      if (own) return chosen(own.datum.label);
      const scale = view.scale("y");
      const top = at(target).querySelector("svg").getBoundingClientRect().top + view.origin()[1];
      const label = scale.domain()[Math.floor((event.clientY - top) / scale.step())];
      return label && chosen(label);
    });
  };

  return { dark, narrow, draw, readOut, press };
})();
