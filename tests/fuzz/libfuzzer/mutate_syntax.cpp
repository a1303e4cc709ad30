// Mutations of guidelines that keep most of them well formed, so that the stages behind the parser are reached:
// words, numbers and texts change places with others of their kind, whole declarations go, come twice or move. One
// mutation in three is libFuzzer's own, on bytes.
#include <algorithm>
#include <cctype>
#include <cstring>
#include <iterator>

#include "random.h"
#include "targets.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

namespace {

using gdl::test::Random;

enum class Kind { blank, word, number, text, sign };
struct Token {
  Kind kind;
  std::string text;
};

Kind kind_of(char c) {
  auto u = static_cast<unsigned char>(c);
  if (std::isspace(u) != 0) return Kind::blank;
  if (std::isdigit(u) != 0) return Kind::number;
  if (std::isalpha(u) != 0 || c == '_') return Kind::word;
  return c == '"' ? Kind::text : Kind::sign;
}

/// Joined, the tokens are the input. A number takes its point along; a range does not.
std::vector<Token> tokens_of(const std::string& s) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < s.size();) {
    Kind kind = kind_of(s[at]);
    std::size_t end = at + 1;
    auto inside = [&](char c) {
      Kind k = kind_of(c);
      if (kind == Kind::word) return k == Kind::word || k == Kind::number;
      if (kind == Kind::number)
        return k == Kind::number || (c == '.' && end + 1 < s.size() && kind_of(s[end + 1]) == kind);
      return kind == Kind::blank && k == kind;
    };
    if (kind == Kind::text) {
      end = std::min(s.find('"', end), s.size() - 1) + 1;
    } else {
      while (end < s.size() && inside(s[end])) ++end;
    }
    out.push_back({kind, s.substr(at, end - at)});
    at = end;
  }
  return out;
}

/// Where declarations begin, as guidelines are usually laid out: lines that are not indented.
std::vector<std::string> declarations_of(const std::string& s) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (std::size_t at = 1; at < s.size(); ++at) {
    if (s[at - 1] != '\n' || kind_of(s[at]) == Kind::blank) continue;
    out.push_back(s.substr(begin, at - begin));
    begin = at;
  }
  out.push_back(s.substr(begin));
  return out;
}

template <class Piece>
void rearrange(std::vector<Piece>& pieces, Random& random) {
  std::size_t a = random.below(pieces.size());
  std::size_t b = random.below(pieces.size());
  Piece piece = pieces[a];
  switch (random.below(3)) {
    case 0: pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(a)); break;
    case 1: pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(b), piece); break;
    default: std::swap(pieces[a], pieces[b]); break;
  }
}

std::string number(Random& random) {
  static const char* const edges[] = {"0",   "1",  "-1",  "0.5",  "1.5",
                                      "999", "64", "1e9", "4096", "99999999999999999999"};
  return random.one_in(2) ? edges[random.below(std::size(edges))]
                          : std::to_string(random.below(20));
}

/// A word, number or text takes the place of another of its kind.
void replace(std::vector<Token>& tokens, Random& random) {
  Token& to = tokens[random.below(tokens.size())];
  if (to.kind == Kind::number && random.one_in(2)) {
    to.text = number(random);
    return;
  }
  for (std::size_t tries = 0; tries < 64; ++tries) {
    const Token& from = tokens[random.below(tokens.size())];
    if (from.kind == to.kind && from.kind != Kind::blank && from.text != to.text) {
      to.text = from.text;
      return;
    }
  }
}

std::string mutated(const std::string& input, Random& random) {
  std::string out;
  if (random.one_in(4)) {
    std::vector<std::string> pieces = declarations_of(input);
    rearrange(pieces, random);
    for (const std::string& piece : pieces) out += piece;
    return out;
  }
  std::vector<Token> tokens = tokens_of(input);
  for (std::size_t n = 1 + random.below(3); n > 0 && !tokens.empty(); --n) {
    if (random.one_in(5))
      rearrange(tokens, random);
    else
      replace(tokens, random);
  }
  for (const Token& token : tokens) out += token.text;
  return out;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  Random random(seed);
  if (size == 0 || random.one_in(3)) return LLVMFuzzerMutate(bytes, size, most);
  std::string out = mutated(std::string(reinterpret_cast<const char*>(bytes), size), random);
  if (out.empty() || out.size() > most) return LLVMFuzzerMutate(bytes, size, most);
  std::memcpy(bytes, out.data(), out.size());
  return out.size();
}
