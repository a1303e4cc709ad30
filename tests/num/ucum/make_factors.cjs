// Computes factors.tsv, the data of tests/num/units.cpp, with an implementation of UCUM that shares nothing with
// ours: the npm package @lhncbc/ucum-lhc. Run by hand when units.def grows; the tests read the data alone.
//
//   cd $(mktemp -d) && npm install @lhncbc/ucum-lhc@7.1.10
//   NODE_PATH=node_modules node .../tests/num/ucum/make_factors.cjs > .../tests/num/ucum/factors.tsv
//
// Rows: convert VALUE FROM TO RESULT | invalid TEXT | apart FROM TO | stricter FROM TO
//   convert   both say yes; RESULT is the shortest text of a double: ucum-lhc computes in binary
//   invalid   ucum-lhc does not know the unit
//   apart     ucum-lhc knows both and converts neither into the other
//   stricter  ucum-lhc converts, and we do not, on purpose: docs/units.md says why
'use strict';
const fs = require('fs');
const path = require('path');
const { UcumLhcUtils } = require('@lhncbc/ucum-lhc');
const version = require(path.join(path.dirname(require.resolve('@lhncbc/ucum-lhc')), '../package.json')).version;

const ucum = UcumLhcUtils.getInstance();
const units = path.join(__dirname, '../../../runtime/src/num/units.def');
const kPrefixes = ['da', 'h', 'k', 'M', 'G', 'T', 'd', 'c', 'm', 'u', 'n', 'p', 'f'];

const atoms = [...fs.readFileSync(units, 'utf8').matchAll(/^GDL_UNIT\("([^"]+)",\s*([01])/gm)].map(
  (m) => ({ code: m[1], metric: m[2] === '1' }));

console.log = () => {};  // the package writes its complaints there
const rows = [];
function converted(value, from, to) {
  const r = ucum.convertUnitTo(from, value, to);
  return r.status === 'succeeded' ? r.toVal : undefined;
}
// ucum-lhc converts no arbitrary unit, not even milli into itself; the magnitudes that it knows say the factor.
const kArbitrary = /\[iU\]|\[IU\]|\[pH\]/;
function ratio(from, to) {
  const [a, b] = [from, to].map((code) => ucum.getSpecifiedUnit(code, 'validate').unit);
  return a.magnitude_ / b.magnitude_;
}
function convert(value, from, to) {
  const result = kArbitrary.test(from) ? value * ratio(from, to) : converted(value, from, to);
  if (result === undefined || Number.isNaN(result)) throw new Error(`${from} does not convert into ${to}`);
  rows.push(['convert', value, from, to, result]);
}

// Units of one dimension each; the first of a line is what the others are converted into.
const kCommensurable = `
m km cm mm um nm pm [in_i] [ft_i]
m2 cm2 mm2 dm2 [in_i]2 [ft_i]2 m2{bsa}
L l dL mL uL nL pL fL m3 dm3 cm3 mm3 um3
g kg mg ug ng pg fg [lb_av] [oz_av]
s ms us min h d wk
/s Hz /min /h /d {beats}/min min-1 kHz MHz Bq GBq MBq Ci mCi uCi
g/L g/dL mg/dL mg/L ug/L ug/mL ng/mL ng/dL pg/mL ng/L mg/mL kg/L g/mL kg/m3 g.L-1 mg.dL-1
mol/L mmol/L umol/L nmol/L pmol/L mmol/dL umol/mL mmol.L-1 mol/m3
eq/L meq/L meq/dL eq/m3
osm/L mosm/L
mol mmol umol nmol pmol fmol
eq meq
osm mosm
mol/kg mmol/kg umol/g
osm/kg mosm/kg
/L /uL 10*9/L 10*3/uL 10*6/uL 10*12/L 10*6/mL {cells}/uL /mL 10^9/L 10^12/L 10*3/mL /nL
kat U/L.L nkat ukat U mU kU umol/min nmol/s
kat/L U/L kU/L mU/L mU/mL U/mL ukat/L nkat/L U/dL nmol/s/L
[iU] k[iU] m[iU] u[iU] [IU] k[IU] M[IU]
[iU]/L [iU]/mL k[iU]/L m[iU]/L m[iU]/mL u[iU]/mL [IU]/L [IU]/mL [iU]/dL
kg/m2 g/m2 g/cm2 mg/m2 kg.m-2 [lb_av]/[in_i]2
mg/kg g/kg ug/kg ng/kg ng/g ug/g g/g % [ppm] [ppth] 1 {ratio} 10*-3 10*2 10*
mL/min mL/h L/h L/min L/d mL/d uL/min L/s mL/s
mL/min/{1.73_m2} mL/min/1 L/d/{1.73_m2}
mL/min/m2 L/min/m2 mL/s/m2
mg/d g/d ug/d mg/h mg/min ug/min g/h kg/wk
mg/kg/d g/kg/d ug/kg/min ug/kg/h mg/kg/h mg/kg/wk
mmol/d umol/d mmol/h mol/d
mg/g g/mol.mol/g
mg/mmol g/mol ug/umol mg/mol ng/nmol
mm[Hg] kPa Pa hPa mbar bar cm[H2O] m[Hg] MPa N/m2 mm[H2O]
kJ J cal kcal N.m kW.h W.s MJ
kcal/d kJ/d W J/s
Gy cGy mGy Sv mSv uSv J/kg
N mN kN kg.m/s2 g.m.s-2
Pa.s mPa.s N.s/m2
m/s cm/s mm/h km/h
K mK kK
L/kg mL/kg
U/g{Hb} kat/kg U/kg
g/(L) mg/(dL)
`.trim().split('\n').map((line) => line.split(' '));

for (const a of atoms) {
  convert(1, a.code, a.code);
  if (a.metric) for (const p of kPrefixes) convert(1, p + a.code, a.code);
}
const kParentheses = /[()]/;  // UCUM has them, our subset does not
for (const [to, ...rest] of kCommensurable) {
  for (const from of rest) {
    if (kParentheses.test(from + to)) continue;
    convert(1, from, to);
    convert(1, to, from);
  }
}
for (const t of [-40, 0, 36.6, 37, 38.5, 41, 98.6, 100.4, 273.15, 310.15]) {
  for (const from of ['Cel', '[degF]', 'K']) {
    for (const to of ['Cel', '[degF]', 'K']) convert(t, from, to);
  }
}
for (const v of [0.1, 1.1, 5.6, 7.8, 100, 126, 1500, 0.0031]) {
  convert(v, 'mg/dL', 'g/L');
  convert(v, '/uL', '10*9/L');
  convert(v, 'mm[Hg]', 'kPa');
  convert(v, '[lb_av]', 'kg');
  convert(v, '[in_i]', 'cm');
  convert(v, 'mmol/L', 'umol/L');
}

// What measures different things, and what turns out to measure the same (mg/kg and mg/g).
const kStricter = /osm|\[pH\]/;
const kKinds = kCommensurable.map((line) => line[0]).concat(['Cel', '[degF]', '[pH]']);
for (const from of kKinds) {
  for (const to of kKinds) {
    if (from === to || kParentheses.test(from + to)) continue;
    if (converted(1, from, to) === undefined) {
      rows.push(['apart', from, to]);
    } else if (kStricter.test(from + to)) {
      rows.push(['stricter', from, to]);
    } else {
      convert(1, from, to);
    }
  }
}
for (const [from, to] of [['mol', '1'], ['mmol/L', '/L'], ['umol', '10*'], ['eq', '1'], ['mol/kg', '/kg'], ['osm', '1'],
                          ['a', 'd'], ['mo', 'd'], ['a', 'mo'], ['a', 'wk'], ['g/(L)', 'g/L'], ['kh', 'h'],
                          ['Pm', 'm'], ['mCel', 'K'], ['Cel{core}', 'K'], ['m0', '1'],
                          ['deg', 'rad'], ['t', 'g'], ['[gr]', 'g'], ['[mi_i]', 'm'], ['mV', 'V']]) {
  rows.push([converted(1, from, to) === undefined ? 'apart' : 'stricter', from, to]);
}
for (const text of ['mcg', 'cc', 'IU', 'lbs', 'kgs', 'sec', 'KG', 'Mg/DL', 'mg/dl/', 'mg//dL',
                    'mg/', '.mg', 'mg.', 'mg..dL', 'mg dL', 'mg*dL', 'mg{', 'mg}', 'mg{a}{', '{a', 'a}', 'mg/dL2-',
                    'm--1', 'm2+', '10**', '10*a', '-1', '1.5mg', '[iU', 'iU]', '[]', '[foo]', 'mm[hg]', 'mmHg',
                    'cel', 'degF', '°C', 'µg', 'mg/dL{a b}', 'x10*9/L', '10e9/L', '1e9/L', 'years', 'months',
                    'Gpt/L', 'Tpt/L', 'ppm', 'percent', '%%', 'bpm', 'mg/m²', 'm^2', 'm**2', '/', '//L', '.']) {
  const { status } = ucum.validateUnitString(text);
  if (status === 'valid') throw new Error(`${text} is a unit`);
  rows.push(['invalid', text]);
}

process.stdout.write(`# Made by make_factors.cjs with @lhncbc/ucum-lhc ${version}; see there. Do not edit.\n`);
for (const r of rows) process.stdout.write(r.join('\t') + '\n');
