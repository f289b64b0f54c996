"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const at = (id) => document.getElementById(id);
  const data = read("payload");
  const specs = read("specs");
  const SHOWN = 15;
  const LINE = 22;
  const NONE = "–";
  const ALL = "";

  const stations = data.stations.map(([id, label, city, source, isKnown, sessions, energy], place) => (
    { place, id, label, city, source, isKnown, sessions, energy }
  ));
  const state = { source: ALL, city: ALL, station: ALL };

  // Numbers ------------------------------------------------------------------------------------
  const number = (value, digits = 0) => (
    value === null || !Number.isFinite(value)
      ? NONE
      : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
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
  const groups = (rows, key) => {
    const found = new Map();
    for (const row of rows) {
      const own = key(row);
      if (!found.has(own)) found.set(own, []);
      found.get(own).push(row);
    }
    return found;
  };

  // Page pieces --------------------------------------------------------------------------------
  const say = (id, text) => { at(id).textContent = text; };
  const options = (id, pairs, chosen) => {
    at(id).replaceChildren(...pairs.map(([value, label]) => new Option(label, value, false, value === chosen)));
  };
  const table = (id, heads, rows, strong = () => false) => {
    const cells = (tag, values) => values.map((value) => {
      const cell = document.createElement(tag);
      cell.textContent = value;
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
  const empty = (id, text) => {
    const note = document.createElement("p");
    note.className = "empty";
    note.textContent = text;
    at(id).replaceChildren(note);
  };

  // Pictures -----------------------------------------------------------------------------------
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = matchMedia("(max-width: 760px)");
  const theme = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    const text = { labelColor: of("--quiet"), titleColor: of("--quiet"), labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
    return {
      background: null,
      font: "system-ui, sans-serif",
      view: { stroke: null },
      axis: { ...text, labelLimit: narrow.matches ? 150 : 220, gridColor: of("--grid"), domainColor: of("--line"), tickColor: of("--line") },
      legend: { ...text, orient: "top", gradientLength: 160 },
      bar: { color: of("--first") },
      line: { color: of("--first"), strokeWidth: 1.5 },
      point: { color: of("--first"), filled: true, size: 45 },
      area: { color: of("--first") },
      text: { color: of("--ink"), fontSize: 12 },
      range: {
        category: [of("--ink"), of("--first"), of("--second")],
        heatmap: dark.matches
          ? ["#1b2a3a", "#1f5680", "#3a93c4", "#93d2f3", "#f2faff"]
          : ["#eef5fb", "#b5d4ea", "#5ba3cf", "#1f6aa8", "#08306b"],
      },
    };
  };
  const draws = new Map();
  const draw = (target, name, rows, nothing, lines = 0) => {
    const turn = (draws.get(target) ?? 0) + 1;
    draws.set(target, turn);
    const frame = at(target);
    if (!rows.length) {
      frame.style.minHeight = "";
      empty(target, nothing);
      return Promise.resolve();
    }
    const config = theme();
    if (name === "emissions") config.range.category = config.range.category.slice(1);
    const height = specs[name].height ?? LINE * lines;
    // A host of its own: a drawing that a later choice overtook ends up off the page.
    const host = document.createElement("div");
    frame.style.minHeight = `${frame.offsetHeight}px`;
    frame.replaceChildren(host);
    return vegaEmbed(host, { ...specs[name], height, datasets: { rows } }, {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
      tooltip: { disableDefaultStyle: true }, config,
    }).then((result) => {
      if (draws.get(target) === turn) frame.style.minHeight = "";
      else result.finalize();
    });
  };

  // Filters ------------------------------------------------------------------------------------
  const within = (station) => (
    (state.source === ALL || station.source === state.source)
    && (state.city === ALL || station.city === state.city)
    && (state.station === ALL || station.id === state.station)
  );
  const chosen = (rows) => rows.filter(([place]) => within(stations[place]));
  const fillFilters = () => {
    const distinct = (values) => [...new Set(values)].sort();
    const ofSource = stations.filter((each) => state.source === ALL || each.source === state.source);
    const ofCity = ofSource.filter((each) => state.city === ALL || each.city === state.city);
    const pairs = (values) => values.map((value) => [value, value]);
    options("source", [[ALL, "all"], ...pairs(distinct(stations.map((each) => each.source)))], state.source);
    options("city", [[ALL, "all"], ...pairs(distinct(ofSource.map((each) => each.city)))], state.city);
    options("station", [[ALL, "all"], ...ofCity.map((each) => [each.id, each.label])], state.station);
  };

  // Views --------------------------------------------------------------------------------------
  const NOTHING = "Nothing here for this selection.";
  const kpi = (id, value, digits = 0) => {
    at(id).value = value ?? "";
    say(id, number(value, digits));
  };

  const overview = () => {
    const own = stations.filter(within);
    const green = chosen(data.sustainability);
    kpi("kpi-energy", sum(own, (each) => each.energy) ?? 0);
    kpi("kpi-sessions", sum(own, (each) => each.sessions) ?? 0);
    kpi("kpi-stations", own.filter((each) => each.isKnown && each.sessions > 0).length);
    kpi("kpi-avoided", sum(green, (row) => row[6]));
    const covered = ratio(sum(green, (row) => row[3]), sum(green, (row) => row[2]));
    say("kpi-coverage", covered ? `kg, over the ${percent(covered)} of energy with a grid factor` : "kg; no grid factor covers this energy");
  };

  const ranked = (target, note, rows, nothing) => {
    const sorted = rows.filter((row) => row.value !== null).sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
    const shown = sorted.slice(0, SHOWN).map((row, order) => ({ ...row, order }));
    const unknown = rows.length - sorted.length;
    const parts = [];
    if (sorted.length > SHOWN) parts.push(`The first ${SHOWN} of ${sorted.length} stations.`);
    if (unknown) parts.push(`For ${unknown} more this measure is not known.`);
    say(note, parts.join(" "));
    return draw(target, "ranking", shown, nothing, shown.length);
  };

  const hours = () => {
    const by = at("hours-rows").value;
    const day = at("hours-day").value;
    const key = {
      month: (row) => row[1],
      dayType: (row) => row[2],
      city: (row) => stations[row[0]].city,
      station: (row) => stations[row[0]].label,
    }[by];
    const own = chosen(data.hours).filter((row) => day === ALL || row[2] === day);
    const energyOf = (rows) => sum(rows.flatMap((row) => row[3]), (value) => value) ?? 0;
    let rows = [...groups(own, key)];
    const places = by === "city" || by === "station";
    const ordinal = ["weekday", "weekend", "holiday"];
    if (places) rows.sort((a, b) => energyOf(b[1]) - energyOf(a[1]));
    else rows.sort(([a], [b]) => ordinal.indexOf(a) - ordinal.indexOf(b) || (a < b ? -1 : 1));
    const count = rows.length;
    const most = 24;
    rows = places ? rows.slice(0, most) : rows.slice(-most);
    say("note-hours", count > most ? `${places ? "The first" : "The last"} ${most} of ${count}.` : "");
    const cells = rows.flatMap(([name, members], order) => (
      Array.from({ length: 24 }, (_, hour) => {
        const energy = sum(members, (row) => row[3][hour]);
        const days = sum(members, (row) => (Array.isArray(row[4]) ? row[4][hour] : row[4]));
        return { row: name, order, hour, energy, days, value: ratio(energy, days) };
      }).filter((cell) => cell.value !== null)
    ));
    return draw("chart-hours", "hours", cells, NOTHING, rows.length);
  };

  const energy = () => ranked("chart-energy", "note-energy", stations.filter(within)
    .filter((each) => each.sessions > 0)
    .map((each) => ({ label: each.label, value: each.energy, text: number(each.energy) })), NOTHING);

  const HOUR = 3600000;
  const forecast = () => {
    const series = data.forecast.find((each) => each.id === at("series").value);
    if (!series) {
      say("note-forecast", "");
      return draw("chart-forecast", "forecast", [], "No forecast has been issued yet.");
    }
    const count = series.actual.length;
    const from = Math.max(0, count - 24 * Number(at("window").value));
    const names = [["actual", "actual"], ["forecast", "forecast"], ["same hour a week before", "naive"]];
    const rows = names.flatMap(([name, field]) => (
      Array.from({ length: count - from }, (_, step) => {
        const place = from + step;
        const banded = field === "forecast";
        return {
          time: (series.first + place) * HOUR, name, value: series[field][place],
          low: banded ? series.p10[place] : null, high: banded ? series.p90[place] : null,
        };
      })
    ));
    const shown = data.forecast.filter((each) => each.level === "station").length;
    const cut = shown === data.forecastStations ? ` Stations offered: the ${shown} with the most energy.` : "";
    say("note-forecast", `Energy in kWh per hour; hours in UTC. A gap is an hour without feed.${cut}`);
    return draw("chart-forecast", "forecast", rows, NOTHING);
  };

  const ALGORITHMS = {
    hist_gradient_boosting: "gradient boosting", ridge: "ridge regression", naive_week: "same hour a week before",
    naive_day: "same hour the day before", naive_hour_mean: "same-hour mean", naive_last_value: "last value", naive_zero: "zero",
  };
  const accuracy = () => {
    const series = data.forecast.find((each) => each.id === at("series").value);
    const stationIds = new Set(stations.filter(within).map((each) => each.id));
    const own = data.accuracy.filter((row) => series && row[0] === series.id);
    const pooled = data.accuracy.filter((row) => row[1] === "station" && stationIds.has(row[0]));
    const scores = (rows) => {
      const actual = sum(rows, (row) => row[5]);
      return {
        wape: ratio(sum(rows, (row) => row[4]), actual),
        bias: ratio(sum(rows, (row) => row[6]), actual),
        covered: ratio(sum(rows, (row) => row[8]), sum(rows, (row) => row[7])),
        hours: sum(rows, (row) => row[3]),
      };
    };
    const algorithms = [...new Set([...own, ...pooled].map((row) => row[2]))];
    const lines = algorithms.map((algorithm) => {
      const of = (rows) => scores(rows.filter((row) => row[2] === algorithm));
      return [ALGORITHMS[algorithm] ?? algorithm, of(own), of(pooled)];
    }).sort((a, b) => (a[1].wape ?? a[2].wape ?? Infinity) - (b[1].wape ?? b[2].wape ?? Infinity));
    if (!lines.length) {
      at("table-accuracy").replaceChildren();
      say("note-accuracy", "No forecast has been scored yet.");
      return;
    }
    table("table-accuracy",
      ["method", "WAPE, this series", "bias", "inside 80 % band", "hours", "WAPE, station hours", "bias", "inside 80 % band", "station-hours"],
      lines.map(([label, one, many]) => [
        label, percent(one.wape), percent(one.bias), percent(one.covered), number(one.hours),
        percent(many.wape), percent(many.bias), percent(many.covered), number(many.hours),
      ]), (values) => values[0] === ALGORITHMS.hist_gradient_boosting);
    say("note-accuracy", `WAPE is the sum of absolute hourly errors over the sum of energy; bias the sum of the mean forecast's errors over it. Left: ${series.label}. Right: every hour of every station of the selection, so that errors of stations do not cancel. Horizons scored: ${data.bands.join(", ")} h.`);
  };

  const MEASURES = {
    occupancy: ["Occupancy, % of port time", (e) => ratio(e.occupied, e.occupiedOf), percent],
    utilisation: ["Energy utilisation, % of what the rated power could deliver", (e) => ratio(e.energyOfCapacity, e.capacity), percent],
    idle: ["Idle share, % of connected time with charging known", (e) => ratio(e.idle, e.idleOf), percent],
    portDay: ["Energy per port and day, kWh", (e) => ratio(e.energy === null ? null : e.energy * 1440, e.minutes), (value) => (value === null ? NONE : `${number(value, 1)}\u00a0kWh`)],
  };
  const parts = (rows) => ({
    minutes: sum(rows, (row) => row[2]), occupiedOf: sum(rows, (row) => row[3]), occupied: sum(rows, (row) => row[4]),
    idleOf: sum(rows, (row) => row[5]), idle: sum(rows, (row) => row[6]), capacity: sum(rows, (row) => row[7]),
    energyOfCapacity: sum(rows, (row) => row[8]), energy: sum(rows, (row) => row[9]),
  });
  const efficiency = () => {
    const own = chosen(data.efficiency);
    const [, measure, show] = MEASURES[at("measure").value];
    const all = parts(own);
    const lines = [...groups(own, (row) => row[0])].map(([place, rows]) => ({ station: stations[place], ...parts(rows) }));
    const total = Object.values(MEASURES).map(([label, of, format]) => `${label.split(",")[0].toLowerCase()} ${format(of(all))}`);
    say("efficiency-total", own.length ? `Of the selection: ${total.join(", ")}. Ratios of sums over all days in service.` : "");
    table("table-efficiency",
      ["station", ...Object.values(MEASURES).map(([label]) => label), "energy, kWh"],
      lines.map((line) => [line.station.label, ...Object.values(MEASURES).map(([, of, format]) => format(of(line))), number(line.energy, 1)]));
    return ranked("chart-efficiency", "note-efficiency", lines.map((line) => {
      const value = measure(line);
      return { label: line.station.label, value, text: show(value) };
    }), NOTHING);
  };

  const sustainability = () => {
    const months = [...groups(chosen(data.sustainability), (row) => row[1])].sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([month, rows]) => ({
        month, energy: sum(rows, (row) => row[2]), covered: sum(rows, (row) => row[3]),
        grid: sum(rows, (row) => row[4]), petrol: sum(rows, (row) => row[5]), avoided: sum(rows, (row) => row[6]),
      }));
    const of = (field) => sum(months, (each) => each[field]);
    const covered = ratio(of("covered"), of("energy"));
    const nothing = "No grid factor covers this energy, so no emissions are stated.";
    const drawn = months.filter((each) => each.covered > 0);
    const intensity = (each) => ratio(each.grid === null ? null : 1000 * each.grid, each.covered);
    say("sustainability-total", covered
      ? `${number(of("grid"))} kg CO₂ from the grid against ${number(of("petrol"))} kg for the same distance on petrol: ${number(of("avoided"))} kg avoided. This covers ${percent(covered)} of the energy (${number(of("covered"))} of ${number(of("energy"))} kWh); the rest has no grid factor and is left out of both sides.`
      : nothing);
    const [first, last, cutAtStart, cutAtEnd] = data.period;
    const cut = [cutAtStart && "first", cutAtEnd && "last"].filter(Boolean).join(" and ");
    say("note-sustainability", [
      cut && `The ${cut} month of the data is not whole: it runs from ${first} to ${last}.`,
      data.methods.factor.length && `Grid factor: ${data.methods.factor.join(", ")}.`,
      data.methods.baseline.length && `Petrol baseline: ${data.methods.baseline.join(", ")}.`,
    ].filter(Boolean).join(" "));
    table("table-sustainability",
      ["month", "energy, kWh", "with a factor", "grid, kg CO₂", "petrol, kg CO₂", "avoided, kg CO₂", "g CO₂ per kWh"],
      months.map((each) => [
        each.month, number(each.energy, 1), percent(ratio(each.covered, each.energy)), number(each.grid, 1),
        number(each.petrol, 1), number(each.avoided, 1), number(intensity(each), 1),
      ]));
    return Promise.all([
      draw("chart-emissions", "emissions", drawn.flatMap((each) => [
        { month: each.month, name: "charging, from the grid", value: each.grid },
        { month: each.month, name: "same distance on petrol", value: each.petrol },
      ]), nothing),
      draw("chart-intensity", "intensity", drawn.map((each) => (
        { month: each.month, value: intensity(each), coverage: ratio(each.covered, each.energy) }
      )), nothing),
    ]);
  };

  const FATES = [
    "files", "rows in", "accepted", "quarantined", "exact duplicates", "natural duplicates", "superseded", "credited",
    "not final", "supporting records", "energy in, kWh", "energy accepted, kWh", "energy quarantined, kWh", "energy in duplicates, kWh",
  ];
  const quality = () => {
    const own = data.reconciliation.filter(([source]) => state.source === ALL || source === state.source);
    if (!own.length) {
      say("quality-total", NOTHING);
      at("table-quality").replaceChildren();
      return;
    }
    const total = own[0].map((_, field) => (field ? sum(own, (row) => row[field]) : "all"));
    const classed = total.slice(3, 11).reduce((count, each) => count + (each ?? 0), 0);
    const lost = total[2] - classed;
    say("quality-total", `${number(total[2])} rows in ${number(total[1])} files: ${number(total[3])} accepted, ${number(total[4])} quarantined, ${lost === 0 ? "every row accounted for" : `${number(lost)} rows NOT accounted for`}. Energy in kWh: ${number(total[11])} in, ${number(total[12])} accepted, ${number(total[13])} quarantined, ${number(total[14])} in duplicates.`);
    const columns = own.length > 1 ? [...own, total] : own;
    table("table-quality", ["", ...columns.map(([source]) => source)],
      FATES.map((fate, place) => [fate, ...columns.map((column) => number(column[place + 1], fate.endsWith("kWh") ? 1 : 0))]));
  };

  // Together -----------------------------------------------------------------------------------
  const redraw = () => {
    overview();
    quality();
    accuracy();
    return Promise.all([hours(), energy(), forecast(), efficiency(), sustainability()]);
  };
  const followSeries = () => {
    const inSource = (each) => state.source === ALL || each.id.startsWith(`${state.source}:`);
    const offered = data.forecast.filter(inSource);
    const kept = offered.find((each) => each.id === state.station) ?? offered.find((each) => each.id === at("series").value) ?? offered[0];
    options("series", offered.map((each) => [each.id, `${each.level}: ${each.label}`]), kept?.id);
    at("series").disabled = !offered.length;
  };
  const choose = (changed) => {
    for (const name of Object.keys(state)) state[name] = at(name).value;
    if (changed === "source") state.city = ALL;
    if (changed !== "station") state.station = ALL;
    fillFilters();
    followSeries();
    return redraw();
  };

  const { generation, period } = data;
  say("period", period[0] ? `Charging from ${period[0]} to ${period[1]}` : "No charging data");
  say("generated", `Generation ${generation.id}, published ${generation.created_at_utc}, EcoCharge ${generation.code_version}. Numbers come from the published marts; this page makes no request to anywhere.`);
  options("hours-day", [[ALL, "all"], ...[...new Set(data.hours.map((row) => row[2]))].map((each) => [each, each])], ALL);
  options("window", [7, 14, data.forecastDays].map((days) => [String(days), `${days} days`]), "7");
  options("measure", Object.entries(MEASURES).map(([name, [label]]) => [name, label]), "occupancy");
  fillFilters();
  followSeries();

  const mark = (promise) => promise.then(
    () => { document.documentElement.dataset.drawn = "yes"; },
    (problem) => {
      document.documentElement.dataset.drawn = "failed";
      say("period", `The page could not be drawn: ${problem.message}`);
    },
  );
  const on = (id, action) => at(id).addEventListener("change", () => mark(Promise.resolve().then(action)));
  for (const name of Object.keys(state)) on(name, () => choose(name));
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  on("hours-rows", hours);
  on("hours-day", hours);
  on("series", () => { accuracy(); return forecast(); });
  on("window", forecast);
  on("measure", efficiency);
  for (const query of [dark, narrow]) query.addEventListener("change", () => mark(redraw()));
  mark(Promise.resolve().then(redraw));
})();
