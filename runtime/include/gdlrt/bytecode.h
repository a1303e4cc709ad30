// The format of .gdlb on disk, version 0.x: little-endian, 8-aligned sections behind an offset table,
// indices and never pointers, usable in place. docs/bytecode.md tells the whole; this header is its
// structs. Not a public API: applications use gdlrt.h.
//
// History of the format (a reader takes its own version only, until 1.0):
//   0.1  first
//   0.2  a constraint carries its condition as written and its place; the checksum goes by words; places
//        name files relative to the guideline
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace gdlrt {

/// The usual sentinels of corruption: a high bit, CR LF, end-of-file of DOS, LF (as in PNG).
inline constexpr uint8_t kMagic[8] = {0x89, 'G', 'D', 'L', 0x0d, 0x0a, 0x1a, 0x0a};
inline constexpr uint16_t kFormatMajor = 0;
inline constexpr uint16_t kFormatMinor = 2;
/// No index: "none" where a field's comment allows it.
inline constexpr uint32_t kNone = 0xffffffffu;

enum ProgramFlag : uint32_t {
  kUnchecked = 1,  ///< built in spite of analysis errors
  kStripped = 2,   ///< without rule names, texts, citations, places
};

struct Header {
  uint8_t magic[8];
  uint16_t major, minor;
  uint32_t flags;
  uint32_t file_size;
  uint32_t section_count;
  uint64_t checksum;  ///< of all other words; against accidents, not attackers
  uint8_t source_hash[32];
};
static_assert(sizeof(Header) == 64);

struct SectionEntry {
  uint32_t kind, offset, count, row_size;
};
static_assert(sizeof(SectionEntry) == 16);

enum class Section : uint32_t {
#define GDLRT_SECTION(number, id, row, kind) id = number,
#include "gdlrt/sections.def"
};
inline constexpr uint32_t kSections = 27;

enum class Op : uint32_t {
#define GDLRT_OPCODE(id, mnemonic, text) id,
#include "gdlrt/opcodes.def"
};

enum class FactKind : uint32_t { boolean, enumeration, integer, decimal, set };
enum class Choose : uint32_t { any, one, first, all };
enum class Verb : uint32_t { recommend, consider, caution, avoid, contraindicate, prefer, none };
enum class AcceptKind : uint32_t { gap, stranded, overlap, conflict, exclusive, parameter };

// Rows. "name" fields are offsets into `names`, "text" fields into `texts` (0: the empty text); a
// (first, count) pair is a range of the section that its comment names.

using ByteRow = uint8_t;
using WordRow = uint32_t;
using MaskRow = uint64_t;

struct GuidelineRow {
  uint32_t name, version;                       // names
  uint32_t title, status, updated, disclaimer;  // texts
};
enum FactFlag : uint32_t {
  kOrdered = 1,
  kKnownnessTested = 2,
  kHasDefault = 4,
  kUsed = 8,  ///< some condition reads its value
  kUnitQuoted = 16,
};
struct FactRow {
  uint32_t name;   // names
  uint32_t label;  // texts
  uint32_t kind, flags;
  uint32_t enum_first, enum_count;  // enumerators; boolean: no, yes
  uint32_t classes;                 // number of value classes; 0 for a set
  uint32_t cut_first, cut_count;    // cuts; numeric: classes - 1 of them, ascending
  uint32_t lo, hi;                  // numbers; numeric, else kNone
  uint32_t unit;                    // names
  uint32_t default_class;           // with kHasDefault, not for a set
  uint32_t default_number;          // numbers; numeric with default, else kNone
  uint32_t default_set[2];          // set: low and high word
};
struct EnumeratorRow {
  uint32_t name;   // names
  uint32_t label;  // texts
};
/// The values from `number` on (after = 0), or beyond it (after = 1), are of the next class.
struct CutRow {
  uint32_t number, after;
};
/// num/rational.h, to_words; one word of padding.
struct NumberRow {
  uint32_t word[18];
};
struct NodeRow {
  uint32_t op, a, b, c;
};
struct ImpossibleRow {
  uint32_t node;
  uint32_t because, condition;  // texts; condition: as written
  uint32_t span;                // spans; kNone in a stripped program
};
struct ActionRow {
  uint32_t name;                  // names
  uint32_t label;                 // texts
  uint32_t say_first, say_count;  // says
};
struct WayRow {
  uint32_t leaf_first, leaf_count;            // operands: actions
  uint32_t ban_first, ban_count;              // operands: rules whose bans match this way
  uint32_t param_first, param_count;          // operands: parameters that reach this way
  uint32_t param_ban_first, param_ban_count;  // param_uses: bans that take values of a parameter
};
struct ParamRow {
  uint32_t name, action;
  uint32_t kind;                    // FactKind: enumeration, integer, decimal
  uint32_t enum_first, enum_count;  // enumerators
  uint32_t classes;
  uint32_t interval_first;                // intervals: `classes` of them if numeric
  uint32_t unit;                          // names
  uint32_t setting_first, setting_count;  // param_uses: what *for* directives set
};
enum IntervalFlag : uint32_t { kLoClosed = 1, kHiClosed = 2 };
struct IntervalRow {
  uint32_t lo, hi, flags;  // numbers
};
/// A directive of `rule` sets, or takes, the parameter classes of the mask.
struct ParamUseRow {
  uint32_t rule, param, mask;  // masks
};
enum DecisionFlag : uint32_t { kPartial = 1 };
struct DecisionRow {
  uint32_t name;    // names
  uint32_t title;   // texts
  uint32_t domain;  // nodes
  uint32_t choose, flags;
  uint32_t rule_first, rule_count;  // operands: rules in the order written
  uint32_t say_first, say_count;    // says
};
enum RuleFlag : uint32_t { kHasFor = 1, kHasNone = 2, kHasAgainst = 4 };
struct RuleRow {
  uint32_t decision;  // or kNone: a safety rule
  uint32_t applies;   // nodes: `when` and not `unless`, the domain apart
  uint32_t flags;
  uint32_t directive_first, directive_count;    // directives
  uint32_t overridden_first, overridden_count;  // operands: rules that keep it from standing
  uint32_t yields_first, yields_count;          // operands: rules whose bans withdraw its advice
  uint32_t strength, evidence;                  // names: they belong to the answer
};
struct DirectiveRow {
  uint32_t verb;
  uint32_t action, over;          // names: as written; over: prefer
  uint32_t way_first, way_count;  // operands: ways it advises; caution: advised ways that it marks
  uint32_t because;               // names: `no recommendation`
};
struct ExclusiveRow {
  uint32_t first_first, first_count;    // operands: advised ways that match its first action
  uint32_t second_first, second_count;  // operands
};
struct AcceptRow {
  uint32_t kind, decision;
  uint32_t first, second;  // rules, or kNone both
  uint32_t node;
  uint32_t because;  // texts
};
/// One for each rule; none in a stripped program.
struct RuleTextRow {
  uint32_t name, title, because;    // texts
  uint32_t cite_first, cite_count;  // cites
  uint32_t say_first, say_count;    // says
  uint32_t span;                    // spans
};
struct ReferenceRow {
  uint32_t id, title, publisher, url;  // texts
  uint32_t year;                       // 0: none
};
struct CiteRow {
  uint32_t reference;  // references
  uint32_t at;         // texts
};
struct SayRow {
  uint32_t audience, locale, text;  // texts
};
struct SpanRow {
  uint32_t file;  // texts
  uint32_t line, column, end_line, end_column;
};

/// FNV-1a (Fowler, Noll, Vo) by 64-bit words, low byte first, over the file but its checksum field. `size` is
/// a multiple of 8, and the checksum is one of the words.
inline uint64_t checksum(const uint8_t* bytes, size_t size) {
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i + 8 <= size; i += 8) {
    if (i == offsetof(Header, checksum)) continue;
    uint64_t word = 0;
    memcpy(&word, bytes + i, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    h = (h ^ word) * 0x100000001b3u;
  }
  return h;
}

}  // namespace gdlrt
