// Findings against pairs, put together: a rule that is at odds with five others is one problem to settle, not
// five. Private to analysis/.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace gdl::analysis {

template <class End, class Edge>
struct Star {
  End center;
  std::vector<Edge> edges;  ///< in their order; not empty
};

/// Splits edges into stars: the end with most edges left and all its edges, until none is left. Ties go to
/// the first edge's first end. `ends` gives an edge's two ends.
template <class Edge, class Ends>
auto stars(std::vector<Edge> edges, const Ends& ends) {
  using End = std::decay_t<decltype(ends(edges.front()).first)>;
  std::vector<Star<End, Edge>> out;
  auto touches = [&](const Edge& e, const End& x) {
    return ends(e).first == x || ends(e).second == x;
  };
  while (!edges.empty()) {
    std::pair<End, End> both = ends(edges.front());
    End center = both.first;
    std::ptrdiff_t most = 0;
    for (const Edge& e : edges) {
      both = ends(e);
      for (const End& x : {both.first, both.second}) {
        std::ptrdiff_t n = std::count_if(edges.begin(), edges.end(),
                                         [&](const Edge& other) { return touches(other, x); });
        if (n > most) {
          most = n;
          center = x;
        }
      }
    }
    Star<End, Edge> star{center, {}};
    std::vector<Edge> rest;
    for (Edge& e : edges) (touches(e, center) ? star.edges : rest).push_back(std::move(e));
    out.push_back(std::move(star));
    edges = std::move(rest);
  }
  return out;
}

}  // namespace gdl::analysis
