(() => {
  const { at, read, number, percent, sum, ratio, say, options, table, folded, button } = Pieces;
  const { dark, narrow, draw, readOut, press } = Pictures;
  const { MEASURES } = Places;
  const data = read("payload");
  const SHOWN = 15;
  const ALL = "";

  const stations = data.stations.map(([id, label, city, source, isKnown, isSouthern], place) => (
    { place, id, label, city, source, isKnown, isSouthern }
  ));
  // Kept in the link, so that a view can be sent to somebody; what is left out is as it begins.
  const BEGIN = {
    source: ALL, city: ALL, station: ALL, from: "", to: "", days: ALL, season: ALL,
    rows: "weekday", series: ALL, window: "7", measure: "occupancy",
  };
  const state = { ...BEGIN };
  let cells = { days: [], emissions: [], facts: [], forecast: [], scores: [] };

  // Filters ------------------------------------------------------------------------------------
  const within = (station) => (
    (state.source === ALL || station.source === state.source)
    && (state.city === ALL || station.city === state.city)
    && (state.station === ALL || station.id === state.station)
  );
  const fillFilters = () => {
    const distinct = (values) => [...new Set(values)].sort();
    const ofSource = stations.filter((each) => state.source === ALL || each.source === state.source);
    const ofCity = ofSource.filter((each) => state.city === ALL || each.city === state.city);
    const pairs = (values) => values.map((value) => [value, value]);
    options("source", [[ALL, "all"], ...pairs(distinct(stations.map((each) => each.source)))], state.source);
    options("city", [[ALL, "all"], ...pairs(distinct(ofSource.map((each) => each.city)))], state.city);
    options("station", [[ALL, "all"], ...ofCity.map((each) => [each.id, each.label])], state.station);
    options("days", [
      [ALL, "all"], ["weekday", "weekdays"], ["weekend", "weekends"], ["holiday", "holidays"], ...pairs(Cells.WEEKDAYS),
    ], state.days);
    options("season", [[ALL, "all"], ...pairs(Cells.SEASONS)], state.season);
    for (const name of ["from", "to"]) {
      at(name).value = state[name];
      if (data.span) [at(name).min, at(name).max] = data.span.map(Cells.iso);
    }
  };

  // Views --------------------------------------------------------------------------------------
  const NOTHING = "Nothing here for this selection.";
  const kpi = (id, value, digits = 0) => {
    at(id).value = value ?? "";
    say(id, number(value, digits));
  };

  const overview = (found) => {
    kpi("kpi-energy", found.micro / Cells.MICRO);
    kpi("kpi-sessions", found.sessions);
    kpi("kpi-stations", [...found.byStation].filter(([place, own]) => stations[place].isKnown && own.sessions > 0).length);
    kpi("kpi-avoided", found.sums.avoided ?? null);
    const covered = ratio(found.sums.covered ?? null, found.sums.used ?? null);
    say("kpi-coverage", covered ? `kg, over the ${percent(covered)} of energy with a grid factor` : "kg; no grid factor covers this energy");
    const whole = data.span && found.byDay.size;
    const days = [...found.byDay.keys()];
    say("period", whole
      ? `Charging from ${Cells.iso(Math.min(...days))} to ${Cells.iso(Math.max(...days))}`
      : data.span ? NOTHING : "No charging data");
  };

  // A station that is pressed is chosen as in the filter, and its own section comes into sight.
  const visit = (id) => {
    if (![...at("station").options].some((each) => each.value === id)) return;
    at("station").value = id;
    soon(async () => {
      await choose("station");
      at("station-title").focus({ preventScroll: true });
      at("station-title").scrollIntoView({ block: "start" });
    });
  };
  const pick = (label) => visit(stations.find((each) => each.label === label)?.id);

  const ranked = (target, note, rows, nothing) => {
    const sorted = rows.filter((row) => row.value !== null).sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
    const shown = sorted.slice(0, SHOWN).map((row, order) => ({ ...row, order }));
    const unknown = rows.length - sorted.length;
    const parts = [];
    if (sorted.length > SHOWN) parts.push(`The first ${SHOWN} of ${sorted.length} stations.`);
    if (unknown) parts.push(`For ${unknown} more this measure is not known.`);
    say(note, parts.join(" "));
    return draw(target, "ranking", shown, nothing, { lines: shown.length, attend: press(target, pick) });
  };

  const hours = (found) => {
    let rows = [...found.heat].map(([name, { micro, days }]) => ({ name, micro, days, energy: micro.reduce((all, each) => all + each, 0) }));
    const places = state.rows === "city" || state.rows === "station";
    const ordinal = [...Cells.KINDS, ...Cells.WEEKDAYS];
    if (places) rows.sort((a, b) => b.energy - a.energy);
    else rows.sort((a, b) => ordinal.indexOf(a.name) - ordinal.indexOf(b.name) || (a.name < b.name ? -1 : 1));
    const count = rows.length;
    const most = 24;
    rows = places ? rows.slice(0, most) : rows.slice(-most);
    say("note-hours", count > most ? `${places ? "The first" : "The last"} ${most} of ${count}.` : "");
    const drawn = rows.flatMap(({ name, micro, days }, order) => (
      Array.from({ length: Cells.HOURS }, (_, hour) => (
        { row: name, order, hour, energy: micro[hour] / Cells.MICRO, days: days[hour], value: ratio(micro[hour] / Cells.MICRO, days[hour]) }
      )).filter((cell) => cell.value !== null)
    ));
    folded("table-hours", () => [
      ["kWh per station and day", ...Array.from({ length: Cells.HOURS }, (_, hour) => String(hour))],
      rows.map(({ name, micro, days }) => [name, ...Array.from(micro, (each, hour) => number(ratio(each / Cells.MICRO, days[hour]), 1))]),
    ]);
    return draw("chart-hours", "hours", drawn, NOTHING, { lines: rows.length });
  };

  const dayRead = ([day]) => `${Cells.iso(day.time / Cells.DAY)}: ${number(day.value, 1)} kWh${day.whole === "no" ? ", feed not whole" : ""}`;
  const daily = (found) => {
    const days = [...found.byDay].sort(([a], [b]) => a - b);
    const partial = days.filter(([, total]) => !total.isWhole);
    say("note-daily", partial.length ? `A ring marks a day on which the feed was not whole, such as its first and last: ${partial.length} here.` : "");
    // A day that the filters leave out is a gap, not a line across it.
    const [first, last] = days.length ? [days[0][0], days.at(-1)[0]] : [0, -1];
    const rows = Array.from({ length: last - first + 1 }, (_, step) => {
      const total = found.byDay.get(first + step);
      return { time: (first + step) * Cells.DAY, value: total ? total.micro / Cells.MICRO : null, whole: total?.isWhole === false ? "no" : "yes" };
    });
    folded("table-daily", () => [
      ["day", "energy, kWh", "feed"],
      days.map(([day, total]) => [Cells.iso(day), number(total.micro / Cells.MICRO, 1), total.isWhole ? "whole" : "not whole"]),
    ]);
    return draw("chart-daily", partial.length ? "dailyRinged" : "daily", rows, NOTHING, {
      attend: readOut("chart-daily", "Point at a day, or touch it, to read it.", dayRead),
    });
  };

  const energy = (found) => ranked("chart-energy", "note-energy", [...found.byStation]
    .filter(([, own]) => own.sessions > 0)
    .map(([place, own]) => ({ label: stations[place].label, value: own.micro / Cells.MICRO, text: number(own.micro / Cells.MICRO) })), NOTHING);

  const HOUR = 3600000;
  const shownSeries = () => cells.forecast.find((each) => each.id === state.series);
  // The hours of the series that the filters leave: those of the period chosen, else the newest.
  const shownHours = (series) => {
    const isChosen = Cells.chooser(state);
    const count = series.actual.length;
    const from = state.from || state.to ? 0 : Math.max(0, count - 24 * Number(state.window));
    const places = [];
    for (let place = from; place < count; place += 1) {
      if (isChosen(Math.floor((series.first + place) / 24), false, null)) places.push(place);
    }
    return places;
  };
  const momentText = (time) => new Date(time).toISOString().slice(0, 16).replace("T", " ");
  const hourRead = (lines) => {
    const said = lines.map((each) => `${each.name} ${number(each.value, 1)}${each.low === null ? "" : ` (80 % band ${number(each.low, 1)} to ${number(each.high, 1)})`}`);
    return `${momentText(lines[0].time)} UTC, kWh: ${said.join(", ")}`;
  };
  const forecast = () => {
    const series = shownSeries();
    if (!series) {
      say("note-forecast", "");
      folded("table-forecast", () => [[], []]);
      return Promise.all(["forecast", "errors"].map((name) => draw(`chart-${name}`, name, [], "No forecast has been issued yet.")));
    }
    const places = shownHours(series);
    const names = [["actual", "actual"], ["forecast", "forecast"], ["same hour a week before", "naive"]];
    const chosen = new Set(places);
    const span = places.length ? Array.from({ length: places.at(-1) - places[0] + 1 }, (_, step) => places[0] + step) : [];
    const rows = names.flatMap(([name, field]) => span.map((place) => {
      const of = (values) => (chosen.has(place) ? values[place] : null);
      const banded = field === "forecast";
      return {
        time: (series.first + place) * HOUR, name, value: of(series[field]),
        low: banded ? of(series.p10) : null, high: banded ? of(series.p90) : null,
      };
    }));
    const byHour = (field) => Array.from({ length: 24 }, (_, hour) => {
      const known = places.filter((place) => (series.first + place) % 24 === hour && series.actual[place] !== null && series[field][place] !== null);
      return { hour, value: ratio(sum(known, (place) => Math.abs(series[field][place] - series.actual[place])), known.length) };
    });
    const errors = names.slice(1).flatMap(([name, field]) => byHour(field).filter((each) => each.value !== null).map((each) => ({ ...each, name })));
    const shown = cells.forecast.filter((each) => each.level === "station").length;
    const cut = shown === data.forecastStations ? ` Stations offered: the ${shown} with the most energy.` : "";
    say("note-forecast", `Energy in kWh per hour; hours in UTC, of the last ${data.forecastDays} days. A gap is an hour without feed.${cut}`);
    folded("table-forecast", () => [
      ["hour (UTC)", "actual, kWh", "forecast, kWh", "band from", "band to", "a week before, kWh"],
      places.map((place) => [
        momentText((series.first + place) * HOUR),
        ...["actual", "forecast", "p10", "p90", "naive"].map((field) => number(series[field][place], 1)),
      ]),
    ]);
    return Promise.all([
      draw("chart-forecast", "forecast", rows, "No hour of the last weeks is in this selection.", {
        attend: readOut("chart-forecast", "Point at an hour, or touch it, to read it.", hourRead),
      }),
      draw("chart-errors", "errors", errors, "No hour here has both a forecast and an actual value."),
    ]);
  };

  const SCORES = ["day", "hours", "actual", "absError", "error", "inside", "naiveActual", "naiveAbsError"];
  const scored = (series) => {
    const isChosen = Cells.chooser(state);
    const sums = {};
    series.forEach(({ columns }) => columns[0].forEach((day, place) => {
      if (!isChosen(day, false, null)) return;
      SCORES.forEach((name, at) => { if (at && columns[at][place] !== null) sums[name] = (sums[name] ?? 0) + columns[at][place]; });
    }));
    return sums;
  };
  const scores = () => {
    const own = shownSeries();
    const ids = new Set(stations.filter(within).map((each) => each.id));
    const line = (name, series) => {
      const sums = scored(series);
      if (!sums.hours) return `${name}: no hour scored in this selection.`;
      const of = (part, whole) => percent(ratio(sums[part] ?? null, sums[whole] ?? null));
      return `${name}: WAPE ${of("absError", "actual")}, against ${of("naiveAbsError", "naiveActual")} of the same hour a week before; bias ${of("error", "actual")}; ${of("inside", "hours")} of ${number(sums.hours)} hours inside the 80 % band.`;
    };
    say("scores-total", own ? [
      line(own.label, cells.scores.filter((each) => each.id === own.id)),
      line("Every station of the selection", cells.scores.filter((each) => each.level === "station" && ids.has(each.id))),
    ].join(" ") : "");
  };

  const ALGORITHMS = {
    hist_gradient_boosting: "gradient boosting", ridge: "ridge regression", naive_week: "same hour a week before",
    naive_day: "same hour the day before", naive_hour_mean: "same-hour mean", naive_last_value: "last value", naive_zero: "zero",
  };
  const accuracy = () => {
    const series = shownSeries();
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
    say("note-accuracy", `WAPE is the sum of absolute hourly errors over the sum of energy; bias the sum of the mean forecast's errors over it. Left: ${series.label}. Right: every hour of every station of the selection, so that errors of stations do not cancel. Horizons scored: ${data.bands.join(", ")} h, over all days.`);
  };

  const efficiency = (found) => {
    const [, measure, show] = MEASURES[state.measure];
    const lines = [...found.byStation].filter(([, own]) => own.sums.minutes !== undefined)
      .map(([place, own]) => ({ station: stations[place], ...own.sums }));
    const total = Object.values(MEASURES).map(([label, of, format]) => `${label.split(",")[0].toLowerCase()} ${format(of(found.sums))}`);
    say("efficiency-total", lines.length ? `Of the selection: ${total.join(", ")}. Ratios of sums over all days in service.` : "");
    table("table-efficiency",
      ["station", ...Object.values(MEASURES).map(([label]) => label.split(",")[0]), "energy, kWh"],
      lines.map((line) => [button(line.station.label, () => visit(line.station.id)), ...Object.values(MEASURES).map(([, of, format]) => format(of(line))), number(line.energy ?? null, 1)]));
    return Promise.all([
      ranked("chart-efficiency", "note-efficiency", lines.map((line) => {
        const value = measure(line);
        return { label: line.station.label, value, text: show(value) };
      }), NOTHING),
      Places.multiples(found, stations, state.measure, NOTHING, press("chart-multiples", pick)),
    ]);
  };
  const detail = (found) => {
    const station = stations.find((each) => each.id === state.station);
    const leave = () => {
      at("station").value = ALL;
      soon(async () => {
        await choose("station");
        at("station-title").focus();
      });
    };
    return Places.detail(found, station, cells.facts[station?.place], NOTHING, leave);
  };

  const clock = (nothing) => {
    const hours = Cells.clock(stations, cells.emissions, state, within)
      .map(({ covered, grid }, hour) => ({ hour, covered, value: ratio(1000 * grid, covered) }));
    const isCut = (state.from && !state.from.endsWith("-01")) || (state.to && !Cells.iso(Cells.number(state.to) + 1).endsWith("-01"));
    say("note-clock", [
      "Hours on the station's clock, of the energy with a grid factor.",
      isCut && "The dates chosen count here as whole months.",
      Cells.WEEKDAYS.includes(state.days) && "Single weekdays are not told apart here: every day counts.",
    ].filter(Boolean).join(" "));
    folded("table-clock", () => [
      ["local hour", "g CO₂ per kWh", "energy with a factor, kWh"],
      hours.map((each) => [String(each.hour), number(each.value, 1), number(each.covered, 1)]),
    ]);
    return draw("chart-clock", "clock", hours.filter((each) => each.value !== null), nothing);
  };

  const sustainability = (found) => {
    const months = [...found.byMonth].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([, sums]) => sums.used !== undefined)
      .map(([month, sums]) => ({
        month, energy: sums.used, covered: sums.covered ?? 0, grid: sums.grid ?? null, petrol: sums.petrol ?? null, avoided: sums.avoided ?? null,
      }));
    const of = (field) => sum(months, (each) => each[field]);
    const covered = ratio(of("covered"), of("energy"));
    const nothing = "No grid factor covers this energy, so no emissions are stated.";
    const drawn = months.filter((each) => each.covered > 0);
    const intensity = (each) => ratio(each.grid === null ? null : 1000 * each.grid, each.covered);
    say("sustainability-total", covered
      ? `${number(of("grid"))} kg CO₂ from the grid against ${number(of("petrol"))} kg for the same distance on petrol: ${number(of("avoided"))} kg avoided. This covers ${percent(covered)} of the energy (${number(of("covered"))} of ${number(of("energy"))} kWh); the rest has no grid factor and is left out of both sides.`
      : nothing);
    const chosenDays = [...found.byDay.keys()];
    const first = Math.min(...chosenDays);
    const last = Math.max(...chosenDays);
    const cutAtStart = chosenDays.length && !Cells.iso(first).endsWith("-01");
    const cutAtEnd = chosenDays.length && !Cells.iso(last + 1).endsWith("-01");
    const cut = [cutAtStart && "first", cutAtEnd && "last"].filter(Boolean).join(" and ");
    say("note-sustainability", [
      cut && `The ${cut} month is not whole: the days run from ${Cells.iso(first)} to ${Cells.iso(last)}.`,
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
      clock(nothing),
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
  // What a choice changes beyond the controls themselves; any other choice changes everything.
  const CHANGES = {
    rows: [hours], measure: [efficiency], window: [forecast], series: [forecast, accuracy, scores],
  };
  const EVERYTHING = [
    overview, quality, accuracy, scores, detail, hours, daily, energy, forecast, efficiency, sustainability,
  ];
  let left;
  const redraw = (views = EVERYTHING) => {
    if (views === EVERYTHING || views === CHANGES.rows) {
      left = Cells.collect(stations, cells.days, state, within, state.rows);
    }
    return Promise.all(views.map((view) => view(left)));
  };
  const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const followSeries = (isNew) => {
    const inSource = (each) => state.source === ALL || each.id.startsWith(`${state.source}:`);
    const offered = cells.forecast.filter(inSource);
    const ofChoice = isNew
      ? offered.find((each) => each.id === state.station)
        ?? offered.find((each) => each.level === "city" && each.id.endsWith(`:city:${slug(state.city)}`))
      : undefined;
    const kept = ofChoice ?? offered.find((each) => each.id === state.series) ?? offered[0];
    options("series", offered.map((each) => [each.id, `${each.level}: ${each.label}`]), kept?.id);
    at("series").disabled = !offered.length;
    state.series = kept?.id ?? ALL;
  };
  const fillControls = () => {
    fillFilters();
    for (const name of ["rows", "window", "measure"]) at(name).value = state[name];
  };
  const firstSeries = () => cells.forecast.find((each) => state.source === ALL || each.id.startsWith(`${state.source}:`))?.id ?? ALL;
  const toLink = () => {
    const link = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) {
      if (value !== (name === "series" ? firstSeries() : BEGIN[name])) link.set(name, value);
    }
    const text = link.toString();
    // Without a bare `#` at its end: the colours of a legend are found by the page's own address.
    const [page] = location.href.split("#");
    const address = text ? `${page}#${text}` : page;
    if (address !== location.href) history.replaceState(null, "", address);
  };
  // A link from elsewhere may name what is not here any more: then it is as it begins.
  const fromLink = () => {
    const link = new URLSearchParams(location.hash.slice(1));
    Object.assign(state, BEGIN);
    for (const name of Object.keys(BEGIN)) if (link.has(name)) state[name] = link.get(name);
    const known = (value, values) => (values.includes(value) ? value : ALL);
    state.source = known(state.source, stations.map((each) => each.source));
    state.city = known(state.city, stations.map((each) => each.city));
    state.station = known(state.station, stations.map((each) => each.id));
    state.days = known(state.days, [...Cells.KINDS, ...Cells.WEEKDAYS]);
    state.season = known(state.season, Cells.SEASONS);
    for (const name of ["from", "to"]) if (Cells.number(state[name]) === null) state[name] = "";
    for (const name of ["rows", "window", "measure"]) {
      if (![...at(name).options].some((each) => each.value === state[name])) state[name] = BEGIN[name];
    }
  };
  const begin = () => {
    followSeries(false);
    fillControls();
    toLink();
  };
  const choose = (changed) => {
    state[changed] = at(changed).value;
    if (changed === "source") state.city = ALL;
    if (changed === "source" || changed === "city") state.station = ALL;
    fillFilters();
    followSeries(changed === "station" || changed === "city");
    toLink();
    return redraw(CHANGES[changed]);
  };

  const { generation } = data;
  say("generated", `Generation ${generation.id}, published ${generation.created_at_utc}, EcoCharge ${generation.code_version}. Numbers come from the published marts; this page makes no request to anywhere.`);
  options("window", [7, 14, data.forecastDays].map((days) => [String(days), `${days} days`]), BEGIN.window);
  options("measure", Object.entries(MEASURES).map(([name, [label]]) => [name, label]), BEGIN.measure);

  const mark = (promise) => promise.then(
    () => { document.documentElement.dataset.drawn = "yes"; },
    (problem) => {
      document.documentElement.dataset.drawn = "failed";
      say("period", `The page could not be drawn: ${problem.message}`);
    },
  );
  const soon = (action) => mark(Promise.resolve().then(action));
  for (const name of Object.keys(BEGIN)) at(name).addEventListener("change", () => soon(() => choose(name)));
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("filters").addEventListener("reset", (event) => {
    event.preventDefault();
    soon(() => { Object.assign(state, BEGIN); begin(); return redraw(); });
  });
  addEventListener("hashchange", () => soon(() => { fromLink(); begin(); return redraw(); }));
  for (const query of [dark, narrow]) query.addEventListener("change", () => soon(() => redraw()));
  soon(async () => {
    cells = await Cells.unpack(at("cells").textContent);
    fromLink();
    begin();
    return redraw();
  });
})();
