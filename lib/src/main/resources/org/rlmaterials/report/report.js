// Draws the charts and structures of the report and sorts its table. All data is in #report-data.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const charts = [];

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // Charts.

  function base() {
    const soft = css('--soft');
    const line = css('--line');
    const axis = {
      axisLine: { lineStyle: { color: line } },
      axisTick: { lineStyle: { color: line } },
      axisLabel: { color: soft, hideOverlap: true },
      nameTextStyle: { color: soft },
      splitLine: { lineStyle: { color: line } },
      nameLocation: 'middle',
      nameGap: 30,
    };
    return {
      animation: false,
      backgroundColor: 'transparent',
      color: [css('--accent'), css('--warn'), css('--good'), css('--violet'), css('--bad'), soft],
      textStyle: { color: css('--ink'), fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 12, right: 24, top: 20, bottom: 30, containLabel: true },
      tooltip: {
        confine: true,
        backgroundColor: css('--panel'),
        borderColor: line,
        textStyle: { color: css('--ink') },
      },
      axis: axis,
    };
  }

  function short(value) {
    return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  }

  function draw(element, option) {
    const chart = echarts.init(element, null, { renderer: 'svg' });
    charts.push({ chart: chart, element: element, option: option });
    chart.setOption(option());
    element.setAttribute('data-drawn', 'true');
  }

  function bars(names, values, horizontal, color) {
    return function () {
      const b = base();
      const categories = Object.assign({}, b.axis, {
        type: 'category', data: names, inverse: horizontal, splitLine: { show: false },
        axisTick: { show: false },
      });
      const numbers = Object.assign({}, b.axis, { type: 'value', minInterval: 1 });
      if (!horizontal) {
        categories.axisLabel = Object.assign({}, b.axis.axisLabel, { rotate: 35 });
      }
      const axis = b.axis;
      delete b.axis;
      return Object.assign(b, {
        grid: Object.assign(b.grid, { right: horizontal ? 56 : 24 }),
        tooltip: Object.assign(b.tooltip, { trigger: 'item' }),
        xAxis: horizontal ? Object.assign(numbers, { splitLine: { show: false }, axisLabel: { show: false } }) : categories,
        yAxis: horizontal ? categories : numbers,
        series: [{
          type: 'bar',
          data: values,
          barMaxWidth: 26,
          itemStyle: { color: css(color || '--accent'), borderRadius: 3 },
          label: { show: horizontal, position: 'right', color: axis.axisLabel.color },
        }],
      });
    };
  }

  function lines(x, series, xName, yName, logY) {
    return function () {
      const b = base();
      const axis = b.axis;
      delete b.axis;
      return Object.assign(b, {
        grid: Object.assign(b.grid, { top: series.length > 1 ? 44 : 20 }),
        legend: series.length > 1
          ? { top: 0, type: 'scroll', textStyle: { color: axis.axisLabel.color }, pageTextStyle: { color: axis.axisLabel.color } }
          : undefined,
        tooltip: Object.assign(b.tooltip, { trigger: 'axis', valueFormatter: short }),
        xAxis: Object.assign({}, axis, { type: 'value', name: xName, splitLine: { show: false }, min: 'dataMin', max: 'dataMax' }),
        yAxis: Object.assign({}, axis, { type: logY ? 'log' : 'value', name: yName, nameGap: 44, scale: true }),
        series: series.map(function (s) {
          return { type: 'line', name: s.name, showSymbol: x.length < 8, lineStyle: { width: 2 },
            data: s.values.map(function (v, i) { return [s.x ? s.x[i] : x[i], v]; }) };
        }),
      });
    };
  }

  const drawers = {
    funnel: function (element) {
      draw(element, bars(data.funnel.map((f) => f.stage), data.funnel.map((f) => f.count), true));
    },
    classes: function (element) {
      const names = Object.keys(data.validation.classes).filter((c) => data.validation.classes[c] > 0);
      draw(element, bars(names.map((c) => c.replace(/_/g, ' ')), names.map((c) => data.validation.classes[c]), true));
    },
    outcomes: function (element) {
      const names = Object.keys(data.dft.outcomes);
      draw(element, bars(names.map((c) => c.replace(/_/g, ' ')), names.map((c) => data.dft.outcomes[c]), true));
    },
    masses: function (element) {
      const h = data.dataset.m_star_histogram;
      draw(element, bars(h.map((b) => b.range), h.map((b) => b.records), false));
    },
    gaps: function (element) {
      const h = data.dataset.gap_histogram;
      draw(element, bars(h.map((b) => b.range), h.map((b) => b.records), false, '--good'));
    },
    search: function (element) {
      draw(element, searchChart(data.agents.search_comparison));
    },
    bands: function (element) {
      const candidate = data.candidates[Number(element.closest('[data-candidate]').dataset.candidate)];
      draw(element, bandChart(candidate));
    },
  };

  // A bar for the mean over the runs of each search, a dot for every run.
  function searchChart(searches) {
    return function () {
      const b = base();
      const axis = b.axis;
      delete b.axis;
      const names = searches.map((s) => s.search);
      const kinds = [['Best score', 'best_score', 'best_scores', '--accent', -0.2], ['Mean of top 20', 'top20_mean', 'top20_means', '--good', 0.2]];
      const series = [];
      kinds.forEach(function (kind) {
        series.push({ type: 'bar', name: kind[0], data: searches.map((s) => s[kind[1]]), barMaxWidth: 14, itemStyle: { color: css(kind[3]), borderRadius: 3 } });
      });
      kinds.forEach(function (kind) {
        const dots = [];
        searches.forEach((s, i) => s[kind[2]].forEach((v) => dots.push([v, i])));
        series.push({ type: 'scatter', name: kind[0], symbolSize: 5, symbolOffset: [0, kind[4] * 40], silent: true, z: 4, data: dots, itemStyle: { color: css('--ink'), opacity: 0.65 } });
      });
      return Object.assign(b, {
        grid: Object.assign(b.grid, { top: 36, right: 30 }),
        legend: { top: 0, data: kinds.map((k) => k[0]), textStyle: { color: axis.axisLabel.color } },
        tooltip: Object.assign(b.tooltip, { trigger: 'item', valueFormatter: short }),
        xAxis: Object.assign({}, axis, { type: 'value', name: 'Score (1/mₑ)', scale: true }),
        yAxis: Object.assign({}, axis, { type: 'category', data: names, inverse: true, splitLine: { show: false }, axisTick: { show: false } }),
        series: series,
      });
    };
  }

  function bandChart(candidate) {
    const bands = candidate.band_structure;
    return function () {
      const b = base();
      const axis = b.axis;
      delete b.axis;
      const ink = css('--ink');
      const zero = bands.zero_ev || 0;
      const series = bands.energies_ev.map(function (energies, n) {
        const occupied = n < bands.occupied_bands;
        return {
          type: 'line', showSymbol: false, silent: true, z: 2,
          lineStyle: { width: 1.4, color: css(occupied ? '--accent' : '--warn') },
          data: energies.map((e, i) => [bands.distance_per_angstrom[i], e === null ? null : e - zero]),
        };
      });
      series.push({
        type: 'line', data: [], markLine: {
          silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: css('--line'), type: 'solid' },
          data: bands.labels.map((l) => ({ xAxis: l.distance_per_angstrom })),
        },
      });
      (bands.edges || []).forEach(function (edge) {
        series.push({
          type: 'scatter', symbolSize: 9, z: 5, itemStyle: { color: css('--bad') },
          data: [[edge.distance_per_angstrom, edge.energy_ev - zero]],
        });
      });
      (bands.parabolas || []).forEach(function (p) {
        series.push({
          type: 'line', showSymbol: false, z: 4, silent: true,
          lineStyle: { width: 2, type: 'dashed', color: ink },
          data: p.distance_per_angstrom.map((x, i) => [x, p.energy_ev[i] - zero]),
        });
      });
      return Object.assign(b, {
        grid: Object.assign(b.grid, { left: 26, bottom: 8 }),
        tooltip: { show: false },
        xAxis: Object.assign({}, axis, {
          type: 'value', min: 0, max: bands.distance_per_angstrom[bands.distance_per_angstrom.length - 1],
          splitLine: { show: false },
          axisTick: { show: false, customValues: bands.labels.map((l) => l.distance_per_angstrom) },
          axisLabel: {
            color: axis.axisLabel.color, hideOverlap: false,
            customValues: bands.labels.map((l) => l.distance_per_angstrom),
            formatter: function (value) {
              const found = bands.labels.find((l) => Math.abs(l.distance_per_angstrom - value) < 1e-9);
              return found ? found.label : '';
            },
          },
        }),
        yAxis: Object.assign({}, axis, { type: 'value', name: 'Energy (eV)', min: -4, max: 6, nameGap: 28 }),
        series: series,
      });
    };
  }

  function figure(parent, caption, label) {
    const figure = document.createElement('figure');
    const chart = document.createElement('div');
    chart.className = 'chart';
    chart.setAttribute('role', 'img');
    chart.setAttribute('aria-label', label || caption);
    const text = document.createElement('figcaption');
    text.textContent = caption;
    figure.append(chart, text);
    parent.append(figure);
    return chart;
  }

  function unitOf(name) {
    return name.replace(/_/g, ' ');
  }

  // A count that begins anew in a second phase goes on where the first ended.
  function rising(x) {
    let offset = 0;
    return x.map(function (value, i) {
      if (i > 0 && value < x[i - 1]) {
        offset += x[i - 1];
      }
      return value + offset;
    });
  }

  // One chart a quantity, with one line a run: the files of the training stages name the columns.
  function curves(parent, runs, xNames, wanted) {
    if (!parent || !runs) {
      return;
    }
    const known = runs.some((run) => wanted.some((name) => (run.curve || {})[name]));
    const quantities = new Map();
    runs.forEach(function (run) {
      const curve = run.curve || {};
      const xName = xNames.find((n) => curve[n]);
      if (!xName) {
        return;
      }
      Object.keys(curve).forEach(function (name) {
        const numeric = curve[name].filter((v) => typeof v === 'number');
        if (xNames.includes(name) || numeric.length === 0 || (known && !wanted.includes(name))) {
          return;
        }
        if (!quantities.has(name)) {
          quantities.set(name, { x: xName, series: [] });
        }
        quantities.get(name).series.push({ name: run.name.replace(/_/g, ' '), x: rising(curve[xName]), values: curve[name] });
      });
    });
    quantities.forEach(function (q, name) {
      const flat = q.series.every((s) => new Set(s.values.filter((v) => v !== null)).size < 2);
      if (!flat) {
        draw(figure(parent, unitOf(name) + ' against ' + unitOf(q.x)), lines(q.series[0].x, q.series, unitOf(q.x), '', false));
      }
    });
  }

  // Parity and reliability on the held-out records.
  function surrogatePlots(parent) {
    const plots = data.surrogate && data.surrogate.plots;
    if (!parent || !plots) {
      return;
    }
    [['m_star_true_me', 'm_star_me', 'm* (mₑ)', true], ['gap_true_ev', 'gap_ev', 'gap (eV)', false]].forEach(function (kind) {
      const points = (plots.parity || []).map((p) => [p[kind[0]], p[kind[1]]])
        .filter((p) => typeof p[0] === 'number' && typeof p[1] === 'number' && (!kind[3] || (p[0] > 0 && p[1] > 0)));
      if (points.length) {
        draw(figure(parent, 'Predicted against true ' + kind[2] + ', ' + points.length + ' held-out records; on the line they are equal'),
          diagonal(points, 'True ' + kind[2], 'Predicted ' + kind[2], kind[3], false));
      }
    });
    [['m_star_me', 'm* (mₑ)', true], ['gap_ev', 'gap (eV)', false]].forEach(function (kind) {
      const points = ((plots.reliability || {})[kind[0]] || []).map((b) => [b.mean_predicted_std, b.rms_error])
        .filter((p) => p[0] > 0 && p[1] > 0);
      if (points.length) {
        draw(figure(parent, 'Reliability of the ' + kind[1] + ': error that came against error that was predicted, in bins of equal count; on the line the surrogate knows how wrong it is'),
          diagonal(points, 'Predicted deviation', 'Error (rms)', true, true));
      }
    });
  }

  function diagonal(points, xName, yName, log, joined) {
    return function () {
      const b = base();
      const axis = b.axis;
      delete b.axis;
      const all = points.flat();
      const low = Math.min.apply(null, all);
      const high = Math.max.apply(null, all);
      const type = log ? 'log' : 'value';
      return Object.assign(b, {
        grid: Object.assign(b.grid, { left: 34 }),
        tooltip: Object.assign(b.tooltip, { trigger: 'item', formatter: (p) => xName + ' ' + short(p.value[0]) + '<br>' + yName + ' ' + short(p.value[1]) }),
        xAxis: Object.assign({}, axis, { type: type, name: xName, splitLine: { show: false } }),
        yAxis: Object.assign({}, axis, { type: type, name: yName, nameGap: 44 }),
        series: [
          { type: 'line', showSymbol: false, silent: true, lineStyle: { color: css('--soft'), width: 1.5, type: 'dashed' }, data: [[low, low], [high, high]] },
          joined
            ? { type: 'line', symbolSize: 7, lineStyle: { width: 2, color: css('--accent') }, itemStyle: { color: css('--accent') }, data: points }
            : { type: 'scatter', symbolSize: 5, itemStyle: { color: css('--accent'), opacity: 0.55 }, data: points },
        ],
      });
    };
  }

  // Structures.

  const RADII = { C: 0.76, N: 0.71, Al: 1.21, Si: 1.11, P: 1.07, Ga: 1.22, Ge: 1.2, As: 1.19, Se: 1.2, In: 1.42, Sn: 1.39, Sb: 1.39, Te: 1.38, Bi: 1.48 };

  function cartesian(lattice, f) {
    return [0, 1, 2].map((x) => f[0] * lattice[0][x] + f[1] * lattice[1][x] + f[2] * lattice[2][x]);
  }

  // The atoms of two cells each way, those on the far faces too, with bonds by covalent radii.
  function atomsOf(structure) {
    const lattice = structure.lattice_angstrom;
    const cells = structure.species.length > 8 ? 1 : 2;
    const atoms = [];
    structure.species.forEach(function (symbol, i) {
      const f = structure.fractional_positions[i].map((x) => ((x % 1) + 1) % 1).map((x) => (x > 1 - 1e-4 ? 0 : x));
      for (let a = 0; a <= cells; a++) {
        for (let b = 0; b <= cells; b++) {
          for (let c = 0; c <= cells; c++) {
            const g = [f[0] + a, f[1] + b, f[2] + c];
            if (g.every((x) => x <= cells + 1e-3)) {
              const r = cartesian(lattice, g);
              atoms.push({ elem: symbol, x: r[0], y: r[1], z: r[2], bonds: [], bondOrder: [], serial: atoms.length });
            }
          }
        }
      }
    });
    for (let i = 0; i < atoms.length; i++) {
      for (let j = i + 1; j < atoms.length; j++) {
        const d = Math.hypot(atoms[i].x - atoms[j].x, atoms[i].y - atoms[j].y, atoms[i].z - atoms[j].z);
        if (d < 1.18 * ((RADII[atoms[i].elem] || 1.3) + (RADII[atoms[j].elem] || 1.3))) {
          atoms[i].bonds.push(j);
          atoms[i].bondOrder.push(1);
          atoms[j].bonds.push(i);
          atoms[j].bondOrder.push(1);
        }
      }
    }
    return atoms.some((a) => a.bonds.length) ? withoutLoneAtoms(atoms) : atoms;
  }

  // An image on a far corner whose partners are all outside of what is drawn.
  function withoutLoneAtoms(atoms) {
    const kept = atoms.filter((a) => a.bonds.length);
    const place = new Map(kept.map((a, i) => [a.serial, i]));
    kept.forEach(function (a, i) {
      a.bonds = a.bonds.map((b) => place.get(b));
      a.serial = i;
    });
    return kept;
  }

  // Browsers allow few WebGL contexts: the oldest structure becomes a picture when there are many.
  const MOST_VIEWERS = 8;
  const live = [];

  function freeze(entry) {
    const picture = document.createElement('img');
    picture.src = entry.viewer.pngURI();
    picture.alt = '';
    const canvas = entry.element.querySelector('canvas');
    const context = canvas && (canvas.getContext('webgl2') || canvas.getContext('webgl'));
    const lose = context && context.getExtension('WEBGL_lose_context');
    if (lose) {
      lose.loseContext();
    }
    entry.element.replaceChildren(picture);
    entry.element.removeAttribute('data-drawn');
  }

  function showStructure(element) {
    if (element.hasAttribute('data-drawn')) {
      return;
    }
    const candidate = data.candidates[Number(element.closest('[data-candidate]').dataset.candidate)];
    const structure = candidate.structure || candidate.proposed;
    while (live.length >= MOST_VIEWERS) {
      freeze(live.shift());
    }
    element.replaceChildren();
    let viewer;
    try {
      viewer = $3Dmol.createViewer(element, { backgroundColor: css('--panel'), antialias: true });
    } catch (e) {
      viewer = null;
    }
    if (!viewer) {
      element.textContent = 'This browser cannot draw in 3-D (WebGL); the CIF file holds the structure.';
      return;
    }
    const model = viewer.addModel();
    model.addAtoms(atomsOf(structure));
    viewer.setStyle({}, { stick: { radius: 0.12, colorscheme: 'Jmol' }, sphere: { scale: 0.28, colorscheme: 'Jmol' } });
    drawCell(viewer, structure.lattice_angstrom);
    viewer.zoomTo();
    viewer.rotate(18, 'y');
    viewer.rotate(12, 'x');
    viewer.zoom(1.05);
    viewer.render();
    element.setAttribute('data-drawn', 'true');
    element.viewer = viewer;
    live.push({ element: element, viewer: viewer });
  }

  function drawCell(viewer, lattice) {
    const color = css('--soft');
    const point = (f) => { const r = cartesian(lattice, f); return { x: r[0], y: r[1], z: r[2] }; };
    for (let axis = 0; axis < 3; axis++) {
      for (let u = 0; u < 2; u++) {
        for (let v = 0; v < 2; v++) {
          const from = [0, 0, 0];
          from[(axis + 1) % 3] = u;
          from[(axis + 2) % 3] = v;
          const to = from.slice();
          to[axis] = 1;
          viewer.addLine({ start: point(from), end: point(to), color: color });
        }
      }
    }
  }

  function turnWithKeys(event) {
    const turns = { ArrowLeft: [-12, 'y'], ArrowRight: [12, 'y'], ArrowUp: [-12, 'x'], ArrowDown: [12, 'x'] };
    const turn = turns[event.key];
    const viewer = event.currentTarget.viewer;
    if (turn && viewer) {
      viewer.rotate(turn[0], turn[1]);
      event.preventDefault();
    }
  }

  // Tables.

  function sortBy(table, column) {
    const heads = Array.from(table.tHead.rows[0].cells);
    const ascending = heads[column].getAttribute('aria-sort') !== 'ascending';
    heads.forEach((h, i) => h.setAttribute('aria-sort', i === column ? (ascending ? 'ascending' : 'descending') : 'none'));
    const body = table.tBodies[0];
    const value = (row) => row.cells[column].dataset.value;
    const rows = Array.from(body.rows);
    rows.sort(function (a, b) {
      const x = value(a);
      const y = value(b);
      // What is not known comes last either way.
      const missingX = x === '' || x === 'NaN';
      const missingY = y === '' || y === 'NaN';
      if (missingX || missingY) {
        return missingX - missingY;
      }
      const numeric = !isNaN(x) && !isNaN(y);
      const order = numeric ? Number(x) - Number(y) : x.localeCompare(y);
      return ascending ? order : -order;
    });
    rows.forEach((row) => body.appendChild(row));
  }

  function csvOf(table) {
    const quote = (text) => (/[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);
    return Array.from(table.rows).map((row) => Array.from(row.cells).map((c) => quote(c.textContent.trim())).join(',')).join('\n') + '\n';
  }

  function save(name, type, text) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: type }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function fileName(candidate, ending) {
    const name = (candidate.reduced_formula || 'candidate') + '_' + (candidate.hash || candidate.rank || '');
    return name.replace(/[^A-Za-z0-9_]/g, '_') + ending;
  }

  function download(button) {
    if (button.dataset.table) {
      save(button.dataset.name, 'text/csv', csvOf(document.getElementById(button.dataset.table)));
      return;
    }
    if (button.dataset.file === 'report') {
      save('report.json', 'application/json', JSON.stringify(data, null, 1));
      return;
    }
    const candidate = data.candidates[Number(button.closest('[data-candidate]').dataset.candidate)];
    if (button.dataset.file === 'cif') {
      save(fileName(candidate, '.cif'), 'chemical/x-cif', candidate.cif);
    } else if (button.dataset.file === 'pw') {
      save(fileName(candidate, '.in'), 'text/plain', candidate.pw_input);
    } else {
      save(fileName(candidate, '.json'), 'application/json', JSON.stringify(candidate, null, 1));
    }
  }

  // Light and dark.

  function redraw() {
    charts.forEach(function (c) {
      c.chart.setOption(c.option(), true);
    });
    live.forEach(function (v) {
      v.viewer.setBackgroundColor(css('--panel'));
      v.viewer.render();
    });
  }

  function toggleTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    redraw();
  }

  // Start.

  document.querySelectorAll('table.sortable').forEach(function (table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (head, i) {
      head.setAttribute('aria-sort', 'none');
      head.querySelector('button').addEventListener('click', () => sortBy(table, i));
    });
  });
  document.querySelectorAll('button.download').forEach((b) => b.addEventListener('click', () => download(b)));
  document.getElementById('theme').addEventListener('click', toggleTheme);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  surrogatePlots(document.getElementById('surrogate-plots'));
  curves(document.getElementById('surrogate-curves'), data.surrogate && data.surrogate.runs, ['epoch'], ['training_loss', 'validation_loss']);
  curves(document.getElementById('agent-curves'), data.agents && data.agents.runs, ['steps', 'timesteps', 'iteration'],
    ['mean_return', 'mean_worth', 'semiconductor_rate', 'invalid_rate', 'archive_best_score', 'entropy', 'approximate_kl', 'explained_variance']);

  const seen = new IntersectionObserver(function (entries) {
    entries.filter((e) => e.isIntersecting).forEach(function (e) {
      if (e.target.classList.contains('viewer')) {
        showStructure(e.target);
      } else if (!e.target.hasAttribute('data-drawn')) {
        drawers[e.target.dataset.chart](e.target);
      }
    });
  }, { rootMargin: '400px' });
  document.querySelectorAll('[data-chart], .viewer').forEach((e) => seen.observe(e));
  document.querySelectorAll('.viewer').forEach((e) => e.addEventListener('keydown', turnWithKeys));
  new ResizeObserver(() => charts.forEach((c) => c.chart.resize())).observe(document.body);

  // A link to a candidate opens its card.
  function openTarget() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') {
      target.open = true;
      target.scrollIntoView();
    }
  }
  addEventListener('hashchange', openTarget);
  openTarget();

  // On paper everything is shown, in light colours.
  let themeBefore;
  addEventListener('beforeprint', function () {
    themeBefore = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = 'light';
    document.querySelectorAll('details').forEach((d) => { d.open = true; });
    document.querySelectorAll('[data-chart]:not([data-drawn])').forEach((e) => drawers[e.dataset.chart](e));
    redraw();
  });
  addEventListener('afterprint', function () {
    if (themeBefore) {
      document.documentElement.dataset.theme = themeBefore;
    } else {
      delete document.documentElement.dataset.theme;
    }
    redraw();
  });
  document.documentElement.setAttribute('data-ready', 'true');
}());
