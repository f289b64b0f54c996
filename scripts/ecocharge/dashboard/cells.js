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

  // Beside the measures what their ratios divide by: only the days on which a numerator is known.
  const DERIVED = {
    energyMinutes: (of) => (of("energy") === null ? null : of("minutes")),
    energyCapacity: (of) => (of("energy") === null ? null : of("capacity")),
    energyOfCapacity: (of) => (of("capacity") === null ? null : of("energy")),
    occupiedOf: (of) => (of("occupied") === null ? null : of("minutes")),
    idleKnown: (of) => (of("idle") === null ? null : of("idleOf")),
  };
  const SUMMED = [...MEASURES, ...Object.keys(DERIVED)];

  // Numbers side by side, NaN where one is unknown: a tenth of the time that lists take.
  const pack = (block) => {
    const count = block.sessions.length;
    const width = SUMMED.length;
    const measures = new Float64Array(count * width);
    for (let at = 0; at < count; at += 1) {
      const of = (name) => block[name]?.[at] ?? null;
      SUMMED.forEach((name, place) => { measures[at * width + place] = (DERIVED[name]?.(of) ?? (name in DERIVED ? null : of(name))) ?? NaN; });
    }
    let parts = 0;
    const bits = Int32Array.from(block.complete, (each) => (each === "2" ? block.parts[parts++] : each === "1" ? 0xffffff : 0));
    return {
      first: block.first, count, measures, bits, complete: block.complete,
      kinds: Uint8Array.from(block.kinds, Number), sessions: Float64Array.from(block.sessions),
      hours: Float64Array.from(block.hours, (each) => each ?? NaN), peaks: block.peak,
    };
  };
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const found = JSON.parse(await new Response(stream).text());
    return { ...found, days: found.days.map((block) => block && pack(block)) };
  };
  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const number = (text) => {
    const moment = Date.parse(`${text}T00:00:00Z`);
    return Number.isFinite(moment) ? moment / DAY : null;
  };
  const weekday = (day) => (((day + 3) % 7) + 7) % 7;
  // Meteorological, flipped south of the equator.
  const season = (day, isSouthern) => {
    const month = Number(monthOf(day).slice(5));
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

  const months = new Map();
  const monthOf = (day) => {
    let month = months.get(day);
    if (!month) months.set(day, month = iso(day).slice(0, 7));
    return month;
  };
  const KEYS = {
    weekday: (day) => WEEKDAYS[weekday(day)],
    month: monthOf,
    dayType: (day, kind) => KINDS[kind],
    city: (day, kind, station) => station.city,
    station: (day, kind, station) => station.label,
  };
  const got = (map, key, make) => {
    let value = map.get(key);
    if (!value) map.set(key, value = make());
    return value;
  };
  // Sums of measures; one that was never known stays out of `named`. The peak is the highest.
  const tally = () => ({ sums: new Float64Array(SUMMED.length), known: 0, micro: 0, sessions: 0, peak: null });
  const add = (into, from, start) => {
    for (let place = 0; place < SUMMED.length; place += 1) {
      const value = from[start + place];
      if (Number.isNaN(value)) continue;
      into.sums[place] += value;
      into.known |= 1 << place;
    }
  };
  const merge = (into, from) => {
    from.sums.forEach((value, place) => { into.sums[place] += value; });
    into.known |= from.known;
    into.micro += from.micro;
    into.sessions += from.sessions;
  };
  const named = ({ sums, known }) => Object.fromEntries(
    SUMMED.map((name, place) => [name, sums[place]]).filter((_, place) => known & (1 << place)),
  );

  // The kWh, sessions and measures of the chosen days: in all, by month and day, by station and its
  // months, and the heat map's rows by `rows`, one of KEYS.
  const collect = (stations, blocks, state, within, rows) => {
    const isChosen = chooser(state);
    const key = KEYS[rows];
    const all = tally();
    const byMonth = new Map();
    const found = { byStation: new Map(), byDay: new Map(), heat: new Map() };
    stations.forEach((station, place) => {
      const block = blocks[place];
      if (!block || !within(station)) return;
      const { hours } = block;
      const own = tally();
      const ownMonths = new Map();
      for (let at = 0; at < block.count; at += 1) {
        const day = block.first + at;
        const kind = block.kinds[at];
        if (!isChosen(day, station.isSouthern, kind)) continue;
        const bits = block.bits[at];
        const row = got(found.heat, key(day, kind, station), () => ({ micro: new Float64Array(HOURS), days: new Int32Array(HOURS) }));
        let micro = 0;
        let isKnown = false;
        for (let hour = 0; hour < HOURS; hour += 1) {
          const value = hours[at * HOURS + hour];
          if (Number.isNaN(value)) continue;
          isKnown = true;
          micro += value;
          if (bits & (1 << hour)) {
            row.micro[hour] += value;
            row.days[hour] += 1;
          }
        }
        const month = got(ownMonths, monthOf(day), tally);
        month.micro += micro;
        month.sessions += block.sessions[at];
        const peak = block.peaks[at];
        if (peak !== null && peak > (month.peak ?? -1)) month.peak = peak;
        add(month, block.measures, at * SUMMED.length);
        if (isKnown) {
          const total = got(found.byDay, day, () => ({ micro: 0, isWhole: true }));
          total.micro += micro;
          total.isWhole &&= block.complete[at] === "1";
        }
      }
      if (!ownMonths.size) return;
      for (const [month, each] of ownMonths) {
        merge(own, each);
        merge(got(byMonth, month, tally), each);
      }
      found.byStation.set(place, { micro: own.micro, sessions: own.sessions, sums: named(own), months: ownMonths });
      merge(all, own);
    });
    Object.assign(found, { micro: all.micro, sessions: all.sessions, sums: named(all) });
    found.byMonth = new Map([...byMonth].map(([month, each]) => [month, named(each)]));
    return found;
  };

  // Covered energy (kWh) and its emissions (kg) by local hour, of the months that the chosen days
  // touch: this fine they are told by month and kind of day only.
  const clock = (stations, blocks, state, within) => {
    const kind = KINDS.indexOf(state.days);
    const first = state.from ? state.from.slice(0, 7) : "";
    const last = state.to ? state.to.slice(0, 7) : "9999";
    const sums = Array.from({ length: HOURS }, () => ({ covered: 0, grid: 0 }));
    stations.forEach((station, place) => {
      const block = blocks[place];
      if (!block || !within(station)) return;
      const { covered, grid } = block;
      const ofMonth = HOURS * KINDS.length;
      for (let begin = 0; begin < covered.length; begin += ofMonth) {
        const start = Date.UTC(1970, block.first + begin / ofMonth) / DAY;
        const month = monthOf(start);
        if (month < first || month > last) continue;
        if (state.season && season(start, station.isSouthern) !== state.season) continue;
        for (let at = begin; at < begin + ofMonth; at += 1) {
          if (!covered[at] || (kind >= 0 && Math.floor((at - begin) / HOURS) !== kind)) continue;
          sums[at % HOURS].covered += covered[at];
          sums[at % HOURS].grid += grid[at];
        }
      }
    });
    return sums;
  };

  return { named, clock, HOURS, DAY, MICRO, KINDS, SEASONS, WEEKDAYS, unpack, iso, number, weekday, chooser, collect };
})();
