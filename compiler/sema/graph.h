// Walks of "depends on" graphs: definitions, actions, overrides. Without recursion, because chains
// may be as long as the guideline. Private to sema/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/limits.h"

namespace gdl::sema {

/// next[i]: what node i depends on.
using Graph = std::vector<std::vector<std::uint32_t>>;

/// All nodes, each after those that it depends on; ties by index. For every edge that closes a
/// circle, `on_circle(from, circle)` gets the node that the edge leaves and the nodes of the circle
/// in order (from the edge's end to `from`), and the walk goes on as if the edge were not there.
/// After limits::circles of them `circle` is empty: enough has been said.
template <class OnCircle>
std::vector<std::uint32_t> dependencies_first(const Graph& next, OnCircle&& on_circle) {
  enum State : std::uint8_t { untouched, open, done };
  struct Step {
    std::uint32_t node;
    std::size_t edge;
  };
  std::vector<std::uint32_t> order;
  order.reserve(next.size());
  std::vector<State> state(next.size(), untouched);
  std::vector<Step> path;
  std::int64_t circles = 0;
  for (std::uint32_t root = 0; root < next.size(); ++root) {
    if (state[root] != untouched) continue;
    state[root] = open;
    path.push_back({root, 0});
    while (!path.empty()) {
      Step& top = path.back();
      if (top.edge == next[top.node].size()) {
        state[top.node] = done;
        order.push_back(top.node);
        path.pop_back();
        continue;
      }
      std::uint32_t to = next[top.node][top.edge++];
      if (state[to] == untouched) {
        state[to] = open;
        path.push_back({to, 0});
      } else if (state[to] == open) {
        std::vector<std::uint32_t> circle;
        if (circles++ < limits::circles) {
          std::size_t from = path.size() - 1;
          while (path[from].node != to) --from;
          for (std::size_t i = from; i < path.size(); ++i) circle.push_back(path[i].node);
        }
        on_circle(path.back().node, circle);
      }
    }
  }
  return order;
}

/// "`a` -> `b` -> `a`"; the middle of a long circle is left out.
std::string circle_text(const std::vector<std::string>& names);

}  // namespace gdl::sema
