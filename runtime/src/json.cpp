// The JSON reader: see json.h.
#include "json.h"

#include "run_limits.h"
#include "utf8.h"

namespace gdlrt::json {

namespace {

struct Parser {
  Arena& arena;
  const char* text;
  uint32_t size;
  Error& error;
  char* own = nullptr;  // the text, if it may be written to
  uint32_t i = 0;
  int64_t values = 0;

  const Value* fail(const char* message, uint32_t at) {
    if (error.message == nullptr) error = {message, at};
    return nullptr;
  }
  void space() {
    while (i < size && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'))
      ++i;
  }
  [[nodiscard]] bool next_is(char c) const { return i < size && text[i] == c; }

  bool word(const char* w) {
    size_t n = strlen(w);
    if (size - i < n || memcmp(text + i, w, n) != 0) return false;
    i += static_cast<uint32_t>(n);
    return true;
  }

  bool hex4(uint32_t& out) {
    out = 0;
    if (size - i < 4) return false;
    for (int k = 0; k < 4; ++k) {
      char c = text[i++];
      uint32_t d = 0;
      if (c >= '0' && c <= '9') {
        d = static_cast<uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        d = static_cast<uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        d = static_cast<uint32_t>(c - 'A' + 10);
      } else {
        return false;
      }
      out = out * 16 + d;
    }
    return true;
  }

  static uint32_t encode(uint32_t code, char* out) {
    if (code < 0x80) {
      out[0] = static_cast<char>(code);
      return 1;
    }
    if (code < 0x800) {
      out[0] = static_cast<char>(0xc0 | code >> 6);
      out[1] = static_cast<char>(0x80 | (code & 63));
      return 2;
    }
    if (code < 0x10000) {
      out[0] = static_cast<char>(0xe0 | code >> 12);
      out[1] = static_cast<char>(0x80 | (code >> 6 & 63));
      out[2] = static_cast<char>(0x80 | (code & 63));
      return 3;
    }
    out[0] = static_cast<char>(0xf0 | code >> 18);
    out[1] = static_cast<char>(0x80 | (code >> 12 & 63));
    out[2] = static_cast<char>(0x80 | (code >> 6 & 63));
    out[3] = static_cast<char>(0x80 | (code & 63));
    return 4;
  }

  /// At the opening quote; gives the unescaped text.
  bool string(const char*& out, uint32_t& length) {
    uint32_t begin = i++;
    uint32_t end = i;
    bool plain = true;
    for (;; ++end) {
      while (size - end >= 8) {
        auto n = static_cast<uint32_t>(plain_of_eight(text + end));
        end += n;
        if (n < 8) break;
      }
      if (end >= size || text[end] == '"') break;
      plain = plain && static_cast<unsigned char>(text[end]) >= 0x20;
      if (text[end] != '\\') continue;
      plain = false;
      if (++end >= size) break;
    }
    if (end >= size) {
      fail("a text without its closing quote", begin);
      return false;
    }
    if (plain) {
      out = text + i;
      length = end - i;
      i = end + 1;
      if (own != nullptr) own[end] = 0;
      return true;
    }
    char* copy = own != nullptr ? own + i : arena.array<char>(end - i + 1);
    if (copy == nullptr) return false;
    uint32_t n = 0;
    while (i < end) {
      char c = text[i++];
      if (static_cast<unsigned char>(c) < 0x20) {
        fail("a control character inside a text", i - 1);
        return false;
      }
      if (c != '\\') {
        copy[n++] = c;
        continue;
      }
      uint32_t escape = i - 1;
      switch (text[i++]) {
        case '"': copy[n++] = '"'; break;
        case '\\': copy[n++] = '\\'; break;
        case '/': copy[n++] = '/'; break;
        case 'b': copy[n++] = '\b'; break;
        case 'f': copy[n++] = '\f'; break;
        case 'n': copy[n++] = '\n'; break;
        case 'r': copy[n++] = '\r'; break;
        case 't': copy[n++] = '\t'; break;
        case 'u': {
          uint32_t code = 0;
          bool ok = hex4(code) && i <= end;
          if (ok && code >= 0xd800 && code < 0xdc00) {
            uint32_t low = 0;
            ok = size - i >= 6 && text[i] == '\\' && text[i + 1] == 'u';
            i += 2;
            ok = ok && hex4(low) && i <= end && low >= 0xdc00 && low < 0xe000;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          } else {
            ok = ok && !(code >= 0xdc00 && code < 0xe000);
          }
          if (!ok) {
            fail("an escape that is no character", escape);
            return false;
          }
          n += encode(code, copy + n);
          break;
        }
        default: fail("an escape that JSON does not know", escape); return false;
      }
    }
    i = end + 1;
    copy[n] = 0;
    out = copy;
    length = n;
    return true;
  }

  /// The children by index.
  bool index(Value& v) {
    if (own == nullptr || v.count == 0) return true;
    v.items = arena.array<const Value*>(v.count);
    if (v.items == nullptr) return false;
    uint32_t n = 0;
    for (const Value* child = v.first; child != nullptr; child = child->next) v.items[n++] = child;
    return true;
  }

  bool number(Value& v) {
    uint32_t begin = i;
    if (next_is('-')) ++i;
    while (i < size && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.' || text[i] == 'e' ||
                        text[i] == 'E' || text[i] == '+' || text[i] == '-')) {
      ++i;
    }
    v.kind = Kind::number;
    v.text = text + begin;
    v.size = i - begin;
    return v.size > 0;  // the grammar of numbers is checked where they are read
  }

  const Value* value(int depth) {
    space();
    if (depth > limits::case_depth) return fail("nested too deeply", i);
    if (i >= size) return fail("the text ends where a value is expected", i);
    if (++values > limits::case_values && own == nullptr)
      return fail("more values than a case can need", i);
    Value* v = arena.array<Value>(1);
    if (v == nullptr) return nullptr;
    v->at = i;
    switch (text[i]) {
      case '{':
      case '[': {
        bool object = text[i] == '{';
        char close = object ? '}' : ']';
        v->kind = object ? Kind::object : Kind::array;
        ++i;
        const Value** link = &v->first;
        space();
        if (next_is(close)) {
          ++i;
          return v;
        }
        while (true) {
          const char* key = nullptr;
          uint32_t key_size = 0;
          uint32_t key_at = 0;
          if (object) {
            space();
            key_at = i;
            if (!next_is('"')) return fail("a name in double quotes is expected", i);
            if (!string(key, key_size)) return nullptr;
            space();
            if (!next_is(':')) return fail("`:` is expected after a name", i);
            ++i;
          }
          // The tree is built here only, so that the const inside it can be set aside once.
          Value* child = const_cast<Value*>(value(depth + 1));
          if (child == nullptr) return nullptr;
          child->end = i;
          child->key = key;
          child->key_size = key_size;
          child->key_at = key_at;
          *link = child;
          link = &child->next;
          ++v->count;
          space();
          bool more = next_is(',');
          if (!more && !next_is(close)) {
            return fail(object ? "`,` or `}` is expected" : "`,` or `]` is expected", i);
          }
          ++i;
          // The byte behind a number is free now.
          if (own != nullptr && child->kind == Kind::number) own[child->end] = 0;
          if (more) continue;
          return index(*v) ? v : nullptr;
        }
      }
      case '"': {
        v->kind = Kind::string;
        return string(v->text, v->size) ? v : nullptr;
      }
      case 't':
      case 'f':
        v->kind = Kind::boolean;
        v->flag = text[i] == 't';
        return word(v->flag ? "true" : "false") ? v : fail("this is not a JSON value", v->at);
      case 'n': return word("null") ? v : fail("this is not a JSON value", v->at);
      default: return number(*v) ? v : fail("this is not a JSON value", v->at);
    }
  }
};

}  // namespace

namespace {

const Value* parse(Parser& p) {
  const char* text = p.text;
  uint32_t size = p.size;
  // What is our own is known to be UTF-8.
  auto bad = p.own != nullptr ? size : static_cast<uint32_t>(invalid_utf8(text, size));
  if (bad != size) return p.fail("a byte that is not UTF-8 text", bad);
  p.i = mark_size(text, size);
  const Value* v = p.value(0);
  if (v == nullptr) return nullptr;
  p.space();
  if (p.i != size) return p.fail("more text after the end of the value", p.i);
  if (p.own != nullptr && v->kind == Kind::number) p.own[size] = 0;
  return v;
}

}  // namespace

const Value* parse(Arena& arena, const char* text, uint32_t size, Error& error) {
  Parser p{arena, text, size, error};
  return parse(p);
}

const Value* parse_own(Arena& arena, char* text, uint32_t size, Error& error) {
  Parser p{arena, text, size, error, text};
  return parse(p);
}

uint32_t mark_size(const char* text, uint32_t size) {
  return size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

void advance(const char* text, uint32_t at, Place& place) {
  if (at < place.at) place = Place();
  for (uint32_t i = place.at; i < at; ++i) {
    if (i < 3 && memcmp(text, "\xef\xbb\xbf", at < 3 ? at : 3) == 0) continue;  // a byte-order mark
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
      ++place.column;
    }
  }
  place.at = at;
}

}  // namespace gdlrt::json
