// Numbers and units of the source, made exact and converted. See builder.h.
#include <fmt/core.h>

#include "builder.h"
#include "unit_spelling.h"

namespace gdl::sema {

using diag::Code;
using gdlrt::num::NumStatus;
using gdlrt::num::UnitStatus;

namespace {

std::string show(const Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  std::size_t n = gdlrt::num::format(r, buffer, sizeof buffer);
  return std::string(buffer, n);
}

std::string unit_words(const std::string& text, bool quoted) {
  return quoted ? "'" + text + "'" : text;
}

}  // namespace

bool physical(const UnitUse& u) {
  return u.quoted && u.text != "%" &&
         !(u.unit.dim == gdlrt::num::Dimension() && u.unit.factor == Rational::from_int(1));
}

bool Builder::number(const syntax::Quantity& q, Rational& out) {
  NumStatus st = gdlrt::num::parse_decimal(q.number.data(), q.number.size(), out);
  if (st == NumStatus::ok) return true;
  report(Code::bad_number, q.number_span,
         st == NumStatus::malformed
             ? fmt::format("`{}` is not a number", q.number)
             : fmt::format("`{}` has more digits than can be kept exactly", q.number))
      .help = st == NumStatus::malformed ? "write digits, with a point before decimals: `0.5`"
                                         : "at most 34 significant digits are read";
  return false;
}

bool Builder::integer(const syntax::Quantity& q, std::int64_t& out, const char* what) {
  Rational r;
  if (!number(q, r)) return false;
  if (q.unit.has_value() || !r.to_int64(out)) {
    report(Code::bad_number, q.span, fmt::format("{} is a whole number without a unit", what));
    return false;
  }
  return true;
}

bool Builder::unit(const std::optional<syntax::Unit>& u, UnitUse& out) {
  out = UnitUse{};
  if (!u.has_value()) return true;
  out.text = u->text;
  out.quoted = u->quoted;
  UnitStatus st = gdlrt::num::parse_unit(u->text.data(), u->text.size(), u->quoted, out.unit);
  if (st == UnitStatus::ok) return true;
  std::string help;
  switch (st) {
    case UnitStatus::calendar_in_ucum: help = "write `years` or `months`, without quotes"; break;
    case UnitStatus::not_alone: help = "a temperature unit stands alone: 'Cel'"; break;
    case UnitStatus::unknown_atom:
      help =
          "units are case-sensitive UCUM, as in 'mg/dL', '10*9/L', 'mm[Hg]'; docs/units.md lists "
          "them";
      break;
    default: help = "write a UCUM unit such as 'mg/dL' or '10*9/L'"; break;
  }
  diag::Diagnostic& d =
      report(Code::bad_unit, u->span,
             fmt::format("`{}` is not a unit that is known here", unit_words(u->text, u->quoted)));
  const std::string meant = unit_spelling(u->text);
  if (meant.empty()) {
    d.help = help;
    return false;
  }
  diag::Fix fix;
  fix.span = u->span;
  fix.replacement = "'" + meant + "'";
  d.help = "units are UCUM: did you mean " + fix.replacement + "?";
  d.choices = {std::move(fix)};
  return false;
}

bool Builder::in_unit(const syntax::Quantity& q, const std::optional<syntax::Unit>& shared,
                      const Measured& target, Rational& out) {
  const std::string& of = target.words;
  Rational value;
  if (!number(q, value)) return false;
  const std::optional<syntax::Unit>& written = q.unit.has_value() ? q.unit : shared;
  if (!written.has_value()) {
    if (physical(target.unit)) {
      const std::string own = unit_words(target.unit.text, target.unit.quoted);
      diag::Diagnostic& d =
          report(Code::bad_unit, q.span,
                 fmt::format("the number needs a unit: {} is measured in {}", of, own));
      // Not certain: the number may have been meant in another unit; out of range it surely was.
      if (value < target.lo || value > target.hi) {
        d.help = fmt::format(
            "write the unit that it was meant in; not {}, of which it is out of range", own);
      } else {
        diag::Fix fix;
        fix.span = {q.span.file, q.span.end, q.span.end};
        fix.replacement = " " + own;
        d.choices = {std::move(fix)};
        d.help = "write the unit that it was meant in: if it is this one,";
      }
      return false;
    }
    out = value;
    return true;
  }
  UnitUse given;
  if (!unit(written, given)) return false;
  UnitStatus st = gdlrt::num::convert(value, given.unit, target.unit.unit, out);
  if (st == UnitStatus::ok) return true;
  if (st == UnitStatus::overflow) {
    report(Code::bad_number, q.span,
           "the converted number has more digits than can be kept exactly");
    return false;
  }
  wrong_unit(written->span, of, target.unit, given);
  return false;
}

void Builder::wrong_unit(Span span, const std::string& of, const UnitUse& target,
                         const UnitUse& given) {
  report(Code::bad_unit, span,
         target.text.empty()
             ? fmt::format("{} is a number without a unit, not in `{}`", of,
                           unit_words(given.text, given.quoted))
             : fmt::format("{} is measured in `{}`, which `{}` does not convert into", of,
                           unit_words(target.text, target.quoted),
                           unit_words(given.text, given.quoted)))
      .help = target.text.empty()
                  ? std::string("leave the unit out, if the number is right")
                  : fmt::format("write the number in {}, or in a unit of the same kind",
                                unit_words(target.text, target.quoted));
}

bool Builder::threshold(const syntax::Quantity& q, const std::optional<syntax::Unit>& shared,
                        FactId id, Rational& out) {
  const Fact& f = m_.facts[id];
  if (!in_unit(q, shared, {f.unit, f.lo, f.hi, "`" + f.name + "`"}, out)) return false;
  if (f.kind == FactKind::integer && !out.is_integer()) {
    report(Code::indistinct_threshold, q.span,
           fmt::format("`{}` has whole numbers only: {} lies between {} and {}", f.name, show(out),
                       show(out.floor()), show(out.ceil())))
        .help = fmt::format("compare with {} or {}, whichever is meant", show(out.floor()),
                            show(out.ceil()));
    return false;
  }
  if (out < f.lo || out > f.hi) {
    diag::Diagnostic& d = report(Code::out_of_range, q.span,
                                 fmt::format("{} lies outside the range of `{}`, {} to {}",
                                             show(out), f.name, show(f.lo), show(f.hi)));
    d.related.push_back({f.name_span, fmt::format("`{}` is declared here", f.name)});
    d.help = "no patient, or every patient, would match; mend the number or the range";
    return false;
  }
  return true;
}

}  // namespace gdl::sema
