// Findings against pairs, put together: a rule that is at odds with five others is one problem to settle, not
// five. Private to analysis/.
#pragma once

#include <map>
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
  std::map<End, std::size_t> left;  // edges of each end that are in no star yet
  for (const Edge& e : edges) {
    ++left[ends(e).first];
    ++left[ends(e).second];
  }
  while (!edges.empty()) {
    // Of the ends with most edges the one that the edges name first.
    End center = ends(edges.front()).first;
    for (const Edge& e : edges) {
      const std::pair<End, End> both = ends(e);
      if (left[both.first] > left[center]) center = both.first;
      if (left[both.second] > left[center]) center = both.second;
    }
    Star<End, Edge> star{center, {}};
    std::vector<Edge> rest;
    for (Edge& e : edges) {
      const std::pair<End, End> both = ends(e);
      const bool touches = both.first == center || both.second == center;
      if (touches) {
        --left[both.first];
        --left[both.second];
      }
      (touches ? star.edges : rest).push_back(std::move(e));
    }
    out.push_back(std::move(star));
    edges = std::move(rest);
  }
  return out;
}

}  // namespace gdl::analysis
