// See names.h. The compiler writes each text once, so equal names lie at one place, and places are compared as numbers.
// A program that is an attack may write a text twice: so the texts themselves are sorted too, each once, however many rows
// name it. They do not overlap, and merging compares each at most once in a pass, so that long ones cost what they weigh.
#include "names.h"

#include "interval.h"

namespace gdlrt {

namespace {

/// A name's place in the pool, and what it has to be the only one in: a fact or a parameter by its range, or all facts.
struct Named {
  uint32_t place, group;
  bool operator<(const Named& o) const {
    return place != o.place ? place < o.place : group < o.group;
  }
  bool operator==(const Named& o) const { return place == o.place && group == o.group; }
};

/// Sorts the texts at these places; true if no two are equal. `room` is for as many.
bool sort_texts(const Program& p, uint32_t* places, uint32_t* room, uint32_t count) {
  for (uint32_t run = 1; run<count; run = run> count / 2 ? count : run * 2) {
    for (uint32_t begin = 0; begin < count;) {
      uint32_t middle = count - begin > run ? begin + run : count;
      uint32_t end = count - middle > run ? middle + run : count;
      uint32_t a = begin;
      uint32_t b = middle;
      for (uint32_t i = begin; i < end; ++i) {
        int order = a == middle ? 1 : b == end ? -1 : strcmp(p.name(places[a]), p.name(places[b]));
        if (order == 0) return false;
        room[i] = order < 0 ? places[a++] : places[b++];
      }
      begin = end;
    }
    uint32_t* sorted = room;
    room = places;
    places = sorted;
  }
  return true;
}

}  // namespace

gdlrt_status names_distinct(const Program& p, Arena& memory, bool& distinct) {
  uint32_t room = p.facts.count + p.enumerators.count;
  if (room < p.facts.count) return GDLRT_NO_MEMORY;
  List<Named> names{memory.array<Named>(room + size_t{1}), 0, room};
  auto* places = memory.array<uint32_t>(2 * (room + size_t{1}));
  if (names.data == nullptr || places == nullptr) return GDLRT_NO_MEMORY;
  auto add = [&names](uint32_t place, uint32_t group) {
    names.data[names.count++] = {place, group};
  };
  auto add_values = [&](uint32_t first, uint32_t count) {
    for (uint32_t i = first; i < first + count; ++i) add(p.enumerators[i].name, first);
  };
  for (const FactRow& f : p.facts) {
    add(f.name, kNone);
    add_values(f.enum_first, f.enum_count);
  }
  for (const ParamRow& q : p.params) add_values(q.enum_first, q.enum_count);
  sort(names);
  distinct = false;
  uint32_t count = 0;
  for (uint32_t i = 0; i < names.count; ++i) {
    if (i > 0 && names[i] == names[i - 1]) return GDLRT_OK;
    if (i == 0 || names[i].place != names[i - 1].place) places[count++] = names[i].place;
  }
  distinct = sort_texts(p, places, places + room + 1, count);
  return GDLRT_OK;
}

}  // namespace gdlrt
