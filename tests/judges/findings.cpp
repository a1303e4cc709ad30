// See findings.h.
#include "findings.h"

namespace gdl::judges {

Found reported(const driver::Compilation& c) {
  Found out;
  for (const diag::Diagnostic& d : c.sink.items()) {
    std::string about = d.decision;
    switch (d.code) {
      case diag::Code::dead_rule: about = d.rules.at(0); break;
      case diag::Code::wide_accept:
      case diag::Code::useless_accept: about = std::to_string(d.primary.begin); break;
      case diag::Code::unsatisfiable_constraints: about = ""; break;
      case diag::Code::overlapping_definition:
      case diag::Code::incomplete_definition: {
        // The definition whose text holds the place.
        for (const sema::Definition& def : c.model->definitions) {
          if (def.span.begin <= d.primary.begin && d.primary.begin < def.span.end) about = def.name;
        }
        break;
      }
      case diag::Code::gap:
      case diag::Code::stranded:
      case diag::Code::overlap:
      case diag::Code::overlapping_overrides:
      case diag::Code::conflict:
      case diag::Code::parameter_conflict:
      case diag::Code::exclusive_conflict:
      case diag::Code::preference_cycle:
      case diag::Code::internal_error: break;
      case diag::Code::unknown:
        // Of what tells of no mistake.
        if (d.severity == diag::Severity::warning) continue;
        break;
      default: continue;
    }
    out.insert({d.code, about});
  }
  return out;
}

std::string show(const Found& found) {
  std::string out;
  for (const auto& [code, about] : found) {
    out += std::string(diag::info(code).name) + ":" + about + " ";
  }
  return out;
}

Compared compare(const Found& reported, const Found& expected) {
  Compared out;
  for (const auto& entry : reported) {
    out.undecided = out.undecided || entry.first == diag::Code::unknown;
  }
  Found left, right;
  for (const auto& entry : reported) {
    if (entry.first != diag::Code::preference_cycle && entry.first != diag::Code::unknown) {
      left.insert(entry);
    }
  }
  for (const auto& entry : expected) {
    if (!out.undecided || left.count(entry) != 0) right.insert(entry);
  }
  out.reported = show(left);
  out.expected = show(right);
  return out;
}

}  // namespace gdl::judges
