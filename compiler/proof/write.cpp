// Formula and proof as texts: see write.h.
#include "proof/write.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "drat.h"

namespace gdl::proof {

namespace {

// Collects lines and hands them on in large pieces.
class Lines {
 public:
  explicit Lines(const Sink& sink) : sink_(sink) {}
  void text(std::string_view t) { buffer_.append(t); }
  void number(std::uint64_t n) {
    char digits[20];
    buffer_.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
  }
  void clause(std::span<const Lit> literals) {
    for (Lit l : literals) {
      if (!l.positive()) buffer_.push_back('-');
      number(std::uint64_t{l.variable().value} + 1);
      buffer_.push_back(' ');
    }
    buffer_.append("0\n");
    if (buffer_.size() >= kPiece) flush();
  }
  void flush() {
    if (!buffer_.empty()) sink_(buffer_);
    buffer_.clear();
  }

 private:
  static constexpr std::size_t kPiece = 65536;
  const Sink& sink_;
  std::string buffer_;
};

bool claims_empty_clause(const Proof& proof) {
  return std::any_of(proof.claims.begin(), proof.claims.end(),
                     [](const Claim& c) { return c.clause.empty(); });
}

// The variable that says that a claim is false.
Lit false_claim(const Cnf& cnf, std::size_t claim) {
  return Lit(Variable(cnf.variables() + claim));
}

}  // namespace

void write_dimacs(const Cnf& cnf, const Sink& sink) {
  Lines out(sink);
  out.text("p cnf ");
  out.number(cnf.variables());
  out.text(" ");
  out.number(cnf.clauses());
  out.text("\n");
  for (ClauseIndex c(0u); c.value < cnf.clauses(); ++c.value) out.clause(cnf.clause(c));
  out.flush();
}

Cnf claims_refuted(const Cnf& cnf, const Proof& proof) {
  Cnf refuted = cnf;
  if (claims_empty_clause(proof)) return refuted;
  std::vector<Lit> one_false;
  for (const Claim& claim : proof.claims) {
    one_false.push_back(Lit(refuted.add_variable()));
    for (Lit l : claim.clause) refuted.add_clause({~one_false.back(), ~l});
  }
  refuted.add_clause(one_false);
  return refuted;
}

bool write_drat(const Cnf& cnf, const Proof& proof, const Sink& sink) {
  Lines out(sink);
  DratReader reader(proof.steps, cnf.variables());
  std::size_t claim = claims_empty_clause(proof) ? proof.claims.size() : 0;
  DratReader::Step step{};
  do {
    for (; claim < proof.claims.size() && proof.claims[claim].at <= reader.at(); ++claim) {
      out.clause(std::vector{~false_claim(cnf, claim)});
    }
    step = reader.next();
    if (step == DratReader::Step::removal) out.text("d ");
    if (step <= DratReader::Step::removal) out.clause(reader.clause());
  } while (step <= DratReader::Step::removal);
  // All claims are refuted to be false, or the formula is refuted.
  out.clause({});
  out.flush();
  return step == DratReader::Step::end;
}

}  // namespace gdl::proof
