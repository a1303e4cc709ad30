// The binary DRAT format: see drat.h.
#include "drat.h"

namespace gdl::proof {

DratReader::Step DratReader::next() {
  if (at_ == bytes_.size()) return Step::end;
  char kind = bytes_[at_];
  if (kind != 'a' && kind != 'd') return Step::malformed;
  clause_.clear();
  std::size_t i = at_ + 1;
  for (;;) {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (i == bytes_.size() || shift > 28) return Step::malformed;
      auto byte = static_cast<std::uint8_t>(bytes_[i++]);
      number |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80u) == 0) break;
    }
    if (number == 0) break;
    if (number < 2 || number - 2 >= literals_) return Step::malformed;
    clause_.push_back(Lit::of_code(static_cast<std::uint32_t>(number - 2)));
  }
  at_ = i;
  return kind == 'a' ? Step::lemma : Step::removal;
}

void write_step(std::string& out, bool lemma, std::span<const Lit> clause) {
  out.push_back(lemma ? 'a' : 'd');
  for (Lit l : clause) {
    std::uint64_t number = std::uint64_t{l.code} + 2;
    for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>((number & 0x7f) | 0x80));
    out.push_back(static_cast<char>(number));
  }
  out.push_back('\0');
}

}  // namespace gdl::proof
