// How stations are used: the ranking's measures, small multiples and one station's own page.
const Places = (() => {
  const { NONE, at, number, percent, sum, ratio, say, table, button } = Pieces;
  const { draw } = Pictures;
  const MULTIPLES = 12;
  const known = (value) => value ?? "not known";

  const perDay = (value) => (value === null ? NONE : `${number(value, 1)}\u00a0kWh`);
  // Each as its label, its ratio of sums, how it is said, and what a picture multiplies it by.
  const MEASURES = {
    occupancy: ["Occupancy, % of port time", (e) => ratio(e.occupied ?? null, e.occupiedOf ?? null), percent, 100],
    utilisation: ["Energy utilisation, % of what the rated power could deliver", (e) => ratio(e.energyOfCapacity ?? null, e.energyCapacity ?? null), percent, 100],
    idle: ["Idle share, % of connected time with charging known", (e) => ratio(e.idle ?? null, e.idleKnown ?? null), percent, 100],
    portDay: ["Energy per port and day, kWh", (e) => ratio(e.energy === undefined ? null : e.energy * 1440, e.energyMinutes ?? null), perDay, 1],
  };
  const [OCCUPANCY, UTILISATION, IDLE] = ["occupancy", "utilisation", "idle"].map((name) => MEASURES[name]);

  // The stations with the most energy of the selection, each month by month.
  const multiples = (found, stations, name, nothing, attend) => {
    const [label, measure, show, times] = MEASURES[name];
    const placed = [...found.byStation].filter(([, own]) => measure(own.sums) !== null)
      .sort(([a, one], [b, other]) => other.micro - one.micro || a - b);
    const shown = placed.slice(0, MULTIPLES);
    const span = shown.flatMap(([, own]) => [...own.months.keys()]).sort();
    const start = (month) => Date.parse(`${month}-01T00:00:00Z`);
    const rows = shown.flatMap(([place, own], order) => (
      [...own.months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, tally]) => {
        const value = measure(Cells.named(tally));
        return { label: stations[place].label, order, time: start(month), value: value === null ? null : times * value, text: show(value) };
      })
    ));
    say("multiples-title", `Month by month: ${label[0].toLowerCase()}${label.slice(1)}`);
    say("note-multiples", rows.length
      ? `${placed.length > MULTIPLES ? `The ${MULTIPLES} of ${placed.length} stations with the most energy` : "Every station, that with the most energy first"}; ${span[0]} to ${span.at(-1)}, one scale for all. Press one to see it alone.`
      : "");
    return draw("chart-multiples", "multiples", rows, nothing, { attend });
  };

  const facts = (station, fact) => {
    const [name, region, country, siteType, zone, isInferred, ports, rated, from, to] = fact;
    const lines = [
      ["Name", name], ["Id", station.id], ["City", station.city], ["Region", known(region)], ["Country", known(country)],
      ["Site", known(siteType)], ["Time zone", zone ? `${zone}${isInferred ? " (inferred)" : ""}` : known(zone)],
      ["Ports", ports === null ? known(ports) : number(ports)],
      ["Rated power", rated === null ? known(rated) : `${number(rated, 1)} kW`],
      ["In service", from ? `${from} to ${to ?? "now"}` : known(from)],
    ];
    at("station-facts").replaceChildren(...lines.map(([term, text]) => {
      const pair = document.createElement("div");
      const [head, body] = ["dt", "dd"].map((tag) => document.createElement(tag));
      head.textContent = term;
      body.textContent = text;
      pair.append(head, body);
      return pair;
    }));
  };
  // What a station did in each month, of the chosen days.
  const detail = (found, station, fact, nothing, leave) => {
    at("station-detail").hidden = !station;
    say("station-title", station ? `One station: ${station.label}` : "One station");
    if (!station) {
      return say("station-lead", "Choose a station to see what it is and what it did in each month: in the filter at the top, by its row in a ranking, by its small picture, or by its name in the table of all stations.");
    }
    facts(station, fact);
    const months = [...found.byStation.get(station.place)?.months ?? []].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = months.map(([month, tally]) => ({ month, tally, sums: Cells.named(tally) }));
    const avoided = sum(lines, (each) => each.sums.avoided ?? null);
    const energy = sum(lines, (each) => each.tally.micro / Cells.MICRO);
    const sessions = sum(lines, (each) => each.tally.sessions);
    at("station-lead").replaceChildren(
      lines.length ? `${number(energy, 1)} kWh in ${number(sessions)} sessions on the days chosen. ` : `${nothing} `,
      button("Back to all stations", leave),
    );
    table("table-station",
      ["month", "energy, kWh", "sessions", "occupancy", "utilisation", "idle share", "peak 15 min, kW", "avoided CO₂, kg"],
      lines.map(({ month, tally, sums }) => [
        month, number(tally.micro / Cells.MICRO, 1), number(tally.sessions),
        ...[OCCUPANCY, UTILISATION, IDLE].map(([, measure, show]) => show(measure(sums))),
        number(tally.peak, 1), number(sums.avoided ?? null, 1),
      ]));
    const unknown = [
      lines.every((each) => each.tally.peak === null) && "No peak of this station is measured.",
      avoided === null && "No grid factor covers its energy.",
    ].filter(Boolean);
    say("note-station", lines.length
      ? ["Shares are ratios of sums over the days chosen; a dash marks what is not known.", ...unknown].join(" ")
      : "");
    return undefined;
  };

  return { MEASURES, multiples, detail };
})();
