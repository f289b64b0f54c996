"use strict";
// What the filters leave of the days of all stations, summed in one pass for every view.
const Cells = (() => {
  const HOURS = 24;
  const DAY = 86_400_000;
  const MICRO = 1_000_000;
  const KINDS = ["weekday", "weekend", "holiday"];
  const SEASONS = ["winter", "spring", "summer", "autumn"];
  const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  const MEASURES = [
    "minutes", "occupied", "idle", "idleOf", "capacity", "energy", "used", "covered", "grid", "petrol", "avoided",
  ];

  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const number = (text) => {
    const moment = Date.parse(`${text}T00:00:00Z`);
    return Number.isFinite(moment) ? moment / DAY : null;
  };
  const weekday = (day) => (((day + 3) % 7) + 7) % 7;
  // Meteorological, flipped south of the equator.
  const season = (day, isSouthern) => {
    const month = new Date(day * DAY).getUTCMonth() + 1;
    return SEASONS[(Math.floor((month % 12) / 3) + (isSouthern ? 2 : 0)) % 4];
  };

  // Whether a day is chosen; `kind` is that of the place, null where only the date is known.
  const chooser = (state) => {
    const first = number(state.from) ?? -Infinity;
    const last = number(state.to) ?? Infinity;
    const named = WEEKDAYS.indexOf(state.days);
    const kind = KINDS.indexOf(state.days);
    return (day, isSouthern, ownKind) => {
      if (day < first || day > last) return false;
      if (named >= 0 && weekday(day) !== named) return false;
      if (kind >= 0 && (ownKind ?? (weekday(day) > 4 ? 1 : 0)) !== kind) return false;
      return !state.season || season(day, isSouthern) === state.season;
    };
  };

  const KEYS = {
    weekday: (day) => WEEKDAYS[weekday(day)],
    month: (day) => iso(day).slice(0, 7),
    dayType: (day, kind) => KINDS[kind],
    city: (day, kind, station) => station.city,
    station: (day, kind, station) => station.label,
  };
  const add = (sums, name, value) => {
    if (value !== null && value !== undefined) sums[name] = (sums[name] ?? 0) + value;
  };
  const addDay = (sums, block, place) => {
    for (const name of MEASURES) add(sums, name, block[name]?.[place]);
    // A ratio's denominator counts only the days on which its numerator is known.
    if (block.energy?.[place] != null) {
      add(sums, "energyMinutes", block.minutes[place]);
      add(sums, "energyCapacity", block.capacity[place]);
      if (block.capacity[place] !== null) add(sums, "energyOfCapacity", block.energy[place]);
    }
    if (block.occupied?.[place] != null) add(sums, "occupiedOf", block.minutes[place]);
    if (block.idle?.[place] != null) add(sums, "idleKnown", block.idleOf[place]);
  };

  // The kWh, sessions and measures of the chosen days: in all, by station, month and day, and the
  // heat map's rows by `rows`, one of KEYS.
  const collect = (stations, blocks, state, within, rows) => {
    const isChosen = chooser(state);
    const key = KEYS[rows];
    const found = {
      micro: 0, sessions: 0, sums: {}, byStation: new Map(), byMonth: new Map(), byDay: new Map(), heat: new Map(),
    };
    stations.forEach((station, place) => {
      const block = blocks[place];
      if (!block || !within(station)) return;
      const own = { micro: 0, sessions: 0, sums: {} };
      let parts = 0;
      let isUsed = false;
      for (let at = 0; at < block.sessions.length; at += 1) {
        const day = block.first + at;
        const kind = Number(block.kinds[at]);
        const bits = block.complete[at] === "2" ? block.parts[parts++] : block.complete[at] === "1" ? 0xffffff : 0;
        if (!isChosen(day, station.isSouthern, kind)) continue;
        isUsed = true;
        const name = key(day, kind, station);
        let row = found.heat.get(name);
        if (!row) found.heat.set(name, row = { micro: new Float64Array(HOURS), days: new Int32Array(HOURS) });
        let micro = 0;
        let isKnown = false;
        for (let hour = 0; hour < HOURS; hour += 1) {
          const value = block.hours[at * HOURS + hour];
          if (value === null) continue;
          isKnown = true;
          micro += value;
          if (bits & (1 << hour)) {
            row.micro[hour] += value;
            row.days[hour] += 1;
          }
        }
        own.micro += micro;
        own.sessions += block.sessions[at];
        if (isKnown) {
          const total = found.byDay.get(day) ?? { micro: 0, isWhole: true };
          total.micro += micro;
          total.isWhole &&= block.complete[at] === "1";
          found.byDay.set(day, total);
        }
        addDay(own.sums, block, at);
        const month = iso(day).slice(0, 7);
        if (!found.byMonth.has(month)) found.byMonth.set(month, {});
        addDay(found.byMonth.get(month), block, at);
      }
      if (!isUsed) return;
      found.byStation.set(place, own);
      found.micro += own.micro;
      found.sessions += own.sessions;
      for (const [name, value] of Object.entries(own.sums)) add(found.sums, name, value);
    });
    return found;
  };

  return { HOURS, DAY, MICRO, KINDS, SEASONS, WEEKDAYS, unpack, iso, number, weekday, chooser, collect };
})();
