// Makes a source text ready to be read: encoding, control characters, size. See parse.h.
#include <fmt/core.h>

#include <cstdint>

#include "support/limits.h"
#include "syntax/parse.h"

namespace gdl::syntax {

namespace {

/// Decodes one code point at `i`; 0 length if the bytes are not valid UTF-8.
struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

Decoded decode(const std::string& s, std::size_t i) {
  auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  unsigned char b = byte(i);
  if (b < 0x80) return {b, 1};
  std::size_t n = b >= 0xf0 ? 4 : (b >= 0xe0 ? 3 : 2);
  if (b < 0xc2 || b > 0xf4 || i + n > s.size()) return {};
  std::uint32_t code = b & (0xffu >> (n + 1));
  for (std::size_t k = 1; k < n; ++k) {
    if ((byte(i + k) & 0xc0u) != 0x80u) return {};
    code = (code << 6) | (byte(i + k) & 0x3fu);
  }
  // Overlong forms, surrogates and what lies beyond Unicode are not UTF-8.
  if ((n == 3 && code < 0x800) || (n == 4 && code < 0x10000)) return {};
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return {};
  return {code, n};
}

bool bidi_control(std::uint32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x061c;
}

}  // namespace

bool add_source(SourceMap& sources, std::string path, std::string bytes, diag::Sink& sink,
                SourceId& out) {
  using diag::Code;
  if (bytes.size() > static_cast<std::size_t>(limits::source_bytes)) {
    std::size_t size = bytes.size();
    out = sources.add(std::move(path), "");
    sink.report(
            Code::source_too_large, {out, 0, 0},
            fmt::format("the file has {} bytes; at most {} are read", size, limits::source_bytes))
        .help = "split the guideline into parts and `include` them";
    return false;
  }
  if (bytes.compare(0, 3, "\xef\xbb\xbf") == 0) bytes.erase(0, 3);
  // The scan stops at the first offence of each kind: a binary file would give thousands.
  struct Offence {
    Code code;
    std::size_t at, length;
    std::string message, help;
  };
  std::vector<Offence> offences;
  auto report = [&](Code code, std::size_t at, std::size_t length, std::string message,
                    std::string help) {
    for (const Offence& o : offences) {
      if (o.code == code) return;
    }
    offences.push_back({code, at, length, std::move(message), std::move(help)});
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const auto b = static_cast<unsigned char>(bytes[i]);
    if ((b >= 0x20 && b < 0x7f) || b == '\n') {  // nearly all of them
      ++i;
      continue;
    }
    Decoded d = decode(bytes, i);
    if (d.length == 0) {
      report(Code::invalid_utf8, i, 1,
             fmt::format("byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(bytes[i])),
             "save the file as UTF-8 text");
      bytes[i] = '?';  // keeps the text valid, so that lines and columns can be shown
      ++i;
      continue;
    }
    bool blank = d.code == '\t' || d.code == '\n' || d.code == '\r';
    if (d.code == '\r' && bytes.compare(i, 2, "\r\n") != 0) {
      report(Code::control_character, i, d.length, "a carriage return that ends no line",
             "remove it, or save the file with the line ends of Unix or Windows: where some "
             "editors begin a line here and others do not, a rule can hide behind a comment");
    } else if ((d.code < 0x20 && !blank) || d.code == 0x7f || (d.code >= 0x80 && d.code < 0xa0)) {
      report(Code::control_character, i, d.length,
             fmt::format("control character U+{:04X} in the text", d.code),
             "is this a text file? remove the character");
    } else if (bidi_control(d.code)) {
      report(Code::bidi_control, i, d.length,
             fmt::format("invisible direction mark U+{:04X} in the text", d.code),
             "remove it: it can make a rule look different from what it says");
    }
    i += d.length;
  }
  out = sources.add(std::move(path), std::move(bytes));
  for (const Offence& o : offences) {
    sink.report(
            o.code,
            {out, static_cast<std::uint32_t>(o.at), static_cast<std::uint32_t>(o.at + o.length)},
            o.message)
        .help = o.help;
  }
  return offences.empty();
}

}  // namespace gdl::syntax
