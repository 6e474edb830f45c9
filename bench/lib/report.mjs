// Collects figures, holds them against their bars, and prints them as a table.

const shown = (n) => (n === undefined ? '' : Math.abs(n) >= 1000 ? Math.round(n).toLocaleString('en') : n.toFixed(Math.abs(n) >= 10 ? 1 : 2));

export class Report {
  constructor() {
    this.rows = [];
  }

  // figure: {section, what, value, unit, reference, least, most, leastRatio, note}. least and most
  // bound the value, leastRatio bounds value / reference.
  add(figure) {
    const row = { ...figure };
    if (row.reference !== undefined) row.ratio = row.value / row.reference;
    const bars = [
      row.least !== undefined && [row.value >= row.least, `>= ${shown(row.least)}`],
      row.most !== undefined && [row.value <= row.most, `<= ${shown(row.most)}`],
      row.leastRatio !== undefined && [row.ratio >= row.leastRatio, `ratio >= ${row.leastRatio}`],
    ].filter(Boolean);
    row.bar = bars.map(([, text]) => text).join(', ');
    row.ok = bars.length ? bars.every(([ok]) => ok) : undefined;
    this.rows.push(row);
    console.log(this.#line(row));
  }

  #line(row) {
    const cells = [row.section.padEnd(10), row.what.padEnd(50), `${shown(row.value)} ${row.unit}`.padStart(16)];
    cells.push(row.reference === undefined ? ''.padStart(12) : shown(row.reference).padStart(12));
    cells.push(row.ratio === undefined ? ''.padStart(7) : row.ratio.toFixed(2).padStart(7));
    cells.push((row.bar ?? '').padEnd(14), row.ok === undefined ? '' : row.ok ? 'ok' : 'MISSED', row.note ?? '');
    return cells.join('  ').trimEnd();
  }

  print() {
    console.log(`\n${'section'.padEnd(10)}  ${'what'.padEnd(50)}  ${'figure'.padStart(16)}  ${'reference'.padStart(12)}  ${'ratio'.padStart(7)}  bar`);
    for (const row of this.rows) console.log(this.#line(row));
    const judged = this.rows.filter((row) => row.ok !== undefined);
    const missed = judged.filter((row) => !row.ok);
    console.log(`\n${judged.length - missed.length} of ${judged.length} bars held`);
    for (const row of missed) console.log(`missed: ${row.section}, ${row.what}: ${shown(row.value)} ${row.unit} (${row.bar})`);
  }
}
