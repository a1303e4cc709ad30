// See audit.h. The case of a record is its text, since only text keeps a number as it was said.
#include "audit.h"

#include "hash.h"
#include "json.h"
#include "utf8.h"

namespace gdlrt {

namespace {

constexpr uint32_t kRecordVersion = 1;

/// Text that may be anything: a string, or, where it is no UTF-8 and so can be none, an object with its bytes.
void text_or_bytes(const char* text, size_t size, Out& out) {
  if (invalid_utf8(text, size) == size) {
    out.quoted(text, size);
  } else {
    (out << "{\"bytes\":\"").hex(reinterpret_cast<const uint8_t*>(text), size) << "\"}";
  }
}

void option(const char* name, const char* text, Out& out) {
  out << '"' << name << "\":";
  if (text == nullptr) {
    out << "null,";
  } else {
    text_or_bytes(text, strlen(text), out);
    out << ',';
  }
}

/// Valid JSON without the space between its words, and without a byte-order mark.
void compact(const char* text, size_t size, Out& out) {
  size_t i = json::mark_size(text, static_cast<uint32_t>(size));
  bool quoted = false;
  for (; i < size; ++i) {
    char c = text[i];
    bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && !quoted) continue;
    out << c;
    if (c == '"') quoted = !quoted;
    if (c == '\\' && i + 1 < size) out << text[++i];
  }
}

void hash(const uint8_t* bytes, Out& out) { (out << "\"sha256:").hex(bytes, kHashSize) << '"'; }

}  // namespace

void audit_line(const Program& p, const uint8_t* program_hash, const gdlrt_eval_options& options,
                const Evaluation& e, Out& out) {
  const GuidelineRow& g = p.guideline[0];
  out << "{\"audit\":" << kRecordVersion << ",\"runtime\":\"" << uint32_t{GDLRT_VERSION / 10000}
      << '.' << uint32_t{GDLRT_VERSION / 100 % 100} << '.' << uint32_t{GDLRT_VERSION % 100};
  (out << "\",\"program\":{\"name\":").quoted(p.name(g.name)) << ",\"version\":";
  out.quoted(p.name(g.version)) << ",\"source_hash\":";
  hash(p.header().source_hash, out);
  out << ",\"file_hash\":";
  hash(program_hash, out);
  out << "},\"options\":{";
  option("audience", options.audience, out);
  option("locale", options.locale, out);
  out << "\"steps\":" << options.steps
      << ",\"explain\":" << (options.explain != 0 ? "true" : "false") << "},\"case\":";
  // A case that is refused stands there as a text: its problems name places in it. One that is no UTF-8 is refused, so
  // its bytes are not taken for a case.
  if (e.answered) {
    compact(e.json, e.json_size, out);
  } else {
    text_or_bytes(e.json, e.json_size, out);
  }
  out << (e.answered ? ",\"answer\":" : ",\"problems\":[");
  size_t size = e.outcome_size;
  while (size > 0 && e.outcome[size - 1] == '\n') --size;
  if (e.answered) {
    out.put(e.outcome, size) << "}\n";
    return;
  }
  for (size_t i = 0; i < size; ++i) out << (e.outcome[i] == '\n' ? ',' : e.outcome[i]);
  out << "]}\n";
}

}  // namespace gdlrt
