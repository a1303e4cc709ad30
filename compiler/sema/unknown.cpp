// Names that are not declared: each is one mistake, however often it is used.
#include <fmt/core.h>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

void Builder::unknown(Span span, const std::string& message, const Suggestion& suggestion) {
  if (unread_) return;  // see report()
  auto [it, fresh] = unknown_.emplace(message, Said{sink_.items().size()});
  if (fresh) {
    suggestion.give(report(Code::unknown_name, span, message));
    return;
  }
  diag::Diagnostic& d = sink_.at(it->second.at);
  Said& said = it->second;
  ++said.places;
  if (said.places <= kPlacesShown) {
    d.related.push_back({span, "here as well"});
  } else if (said.places == kPlacesShown + 1) {
    d.notes.push_back("and in further places");
  }
  // A change of one place alone would not mend it.
  d.fix.reset();
  d.choices.clear();
}

void Builder::declare_instead(Suggestion& near, const std::string& name, const char* how) {
  if (near.certain) return;
  if (near.help.empty()) {
    near.help = fmt::format(fmt::runtime(how), name);
  } else if (name.find('.') == std::string::npos) {  // what belongs to a library is declared there
    near.help += fmt::format(" if not, declare `{}`", name);
  }
}

void Builder::unknown_decision(Span span, const std::string& name) {
  // It may be the one that is missing above rules that have none: that is said already.
  if (!homeless_.empty()) return;
  Suggestion near = suggestion(decisions_, name);
  if (near.help.empty() && !m_.decisions.empty() && m_.decisions.size() <= kPlacesShown) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_.decisions.size(); ++i) {
      names.push_back("`" + m_.decisions[DecisionId(i)].name + "`");
    }
    near.help = names.size() == 1 ? fmt::format("the decision is {}", names[0])
                                  : fmt::format("the decisions are {}", diag::listed(names, "and"));
  }
  unknown(span, fmt::format("there is no decision `{}`", name), near);
}

}  // namespace gdl::sema
