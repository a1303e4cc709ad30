// Reads the guideline's files: the main one, its includes and imports, depth first. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

namespace {

std::string folder_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

/// `path` without `.` and `..`; false if it is absolute or leaves its root.
bool clean(const std::string& path, std::string& out) {
  std::vector<std::string> parts;
  if (!path.empty() && path[0] == '/') return false;
  for (std::size_t i = 0; i <= path.size();) {
    std::size_t end = std::min(path.find('/', i), path.size());
    std::string part = path.substr(i, end - i);
    i = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (parts.empty()) return false;
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  out.clear();
  for (const std::string& p : parts) out += (out.empty() ? "" : "/") + p;
  return !out.empty() && path.find('\\') == std::string::npos &&
         path.find('\0') == std::string::npos;
}

}  // namespace

bool Builder::locate(const SourceUnit& unit, const syntax::Text& path, std::string& found) {
  // Inside the root, from the folder of the file that names it; then in the -I folders.
  std::string relative = unit.folder.compare(0, root_.size(), root_) == 0
                             ? unit.folder.substr(root_.size())
                             : std::string();
  std::string cleaned;
  if (!clean(relative + path.value, cleaned)) {
    report(Code::import_error, path.span,
           fmt::format("`{}` lies outside the guideline's folder", path.value))
        .help = "name a file in the folder of the guideline or below it; `-I DIR` adds folders";
    return false;
  }
  found = root_ + cleaned;
  if (provider_(found).has_value()) return true;
  for (const std::string& dir : options_.import_dirs) {
    std::string alone;
    if (!clean(path.value, alone)) continue;
    std::string candidate = dir + (dir.empty() || dir.back() == '/' ? "" : "/") + alone;
    if (provider_(candidate).has_value()) {
      found = candidate;
      return true;
    }
  }
  report(Code::import_error, path.span, fmt::format("there is no file `{}`", path.value)).help =
      fmt::format("looked for `{}`", found);
  return false;
}

bool Builder::read(const std::string& path, Span from, const std::string& qualifier, bool library,
                   std::size_t references) {
  std::optional<std::string> bytes = provider_(path);
  if (!bytes.has_value()) {
    report(Code::import_error, from, fmt::format("there is no file `{}`", path));
    return false;
  }
  if (units_.size() >= static_cast<std::size_t>(limits::files)) {
    report(Code::too_many, from, fmt::format("more than {} files", limits::files));
    return false;
  }
  auto unit = std::make_unique<SourceUnit>();
  unit->folder = folder_of(path);
  unit->qualifier = qualifier;
  unit->library = library;
  unit->references = references;
  SourceId id;
  bool good = syntax::add_source(sources_, path, std::move(*bytes), sink_, id);
  m_.sources.push_back(id);
  unit->tree.source = id;
  if (good) unit->tree = reader_.parse(sources_, id, sink_);
  std::size_t index = units_.size();
  units_.push_back(std::move(unit));
  read_[path] = qualifier;
  open_.push_back(path);

  for (const syntax::Declaration& d : units_[index]->tree.declarations) {
    const syntax::Text* target = nullptr;
    bool import = false;
    std::string inner = qualifier;
    if (const auto* i = std::get_if<syntax::Import>(&d)) {
      target = &i->path;
      import = true;
      if (i->as.has_value()) inner += i->as->text + ".";
    } else if (const auto* n = std::get_if<syntax::Include>(&d)) {
      target = &n->path;
    } else {
      items_.push_back({&d, index});
      continue;
    }
    std::string found;
    if (!locate(*units_[index], *target, found)) continue;
    if (std::find(open_.begin(), open_.end(), found) != open_.end()) {
      report(Code::import_error, target->span,
             fmt::format("`{}` reads itself again", target->value))
          .help = "files may not import or include each other in a circle";
      continue;
    }
    if (auto it = read_.find(found); it != read_.end()) {
      // The same library under the same name is one library, however often it is imported.
      if (import && it->second == inner) continue;
      report(Code::import_error, target->span,
             fmt::format("`{}` is read twice{}", target->value,
                         import ? ", under different names" : ""));
      continue;
    }
    std::size_t table = references;
    if (import) {
      table = references_.size();
      references_.emplace_back();
    }
    read(found, target->span, inner, library || import, table);
  }
  open_.pop_back();
  return true;
}

void Builder::run(const std::string& path) {
  root_ = folder_of(path);
  references_.emplace_back();
  if (!read(path, Span{}, "", false, 0)) return;
  unread_ = sink_.has_errors();
  true_ = constant(true, Span{});
  false_ = constant(false, Span{});
  declare_names();
  check_header();
  definitions();
  actions();
  decisions_and_rules();
  rest();
  score_thresholds();
  if (!sink_.has_errors()) {
    unused();
    idle_bans();
  }
}

std::unique_ptr<Model> load(const std::string& path, const SourceProvider& provider,
                            const Options& options, SourceMap& sources, diag::Sink& sink) {
  auto model = std::make_unique<Model>();
  Builder(provider, options, sources, sink, *model).run(path);
  return model;
}

}  // namespace gdl::sema
