// See document.h, and gdlrt.h for what the calls promise.
#include "document.h"

#include <new>

namespace gdlrt {

namespace {

struct OwnedAnswer : gdlrt_answer {
  explicit OwnedAnswer(const Memory& from) : memory(from), arena(from) {}
  Memory memory;
  Arena arena;
};

}  // namespace

int Collected::append(void* context, const char* text, size_t size) {
  auto& c = *static_cast<Collected*>(context);
  if (size > c.capacity_ - c.size_) {
    size_t room = c.capacity_ * 2 < 4096 ? 4096 : c.capacity_ * 2;
    if (room < c.size_ + size) room = c.size_ + size;
    auto* bigger = room > UINT32_MAX ? nullptr : static_cast<char*>(c.arena_.take_raw(room));
    if (bigger == nullptr) {
      c.failed_ = true;
      return 1;
    }
    if (c.size_ > 0) memcpy(bigger, c.text_, c.size_);
    c.text_ = bigger;
    c.capacity_ = room;
  }
  memcpy(c.text_ + c.size_, text, size);
  c.size_ += size;
  return 0;
}

gdlrt_status make_answer(const Collected& text, const Memory& memory, Arena* within,
                         gdlrt_answer** out) {
  gdlrt_answer* answer = nullptr;
  Arena* arena = within;
  if (within != nullptr) {
    answer = within->array<gdlrt_answer>(1);
    if (answer == nullptr) return GDLRT_NO_MEMORY;
  } else {
    void* block = memory.take(sizeof(OwnedAnswer));
    if (block == nullptr) return GDLRT_NO_MEMORY;
    auto* own = new (block) OwnedAnswer(memory);
    own->owned = true;
    arena = &own->arena;
    answer = own;
  }
  auto* whole = static_cast<char*>(arena->take_raw(text.size() + 1));
  auto* tree = static_cast<char*>(arena->take_raw(text.size() + 1));
  json::Error error;
  if (whole != nullptr && tree != nullptr) {
    memcpy(whole, text.text(), text.size());
    memcpy(tree, text.text(), text.size());
    whole[text.size()] = 0;
    answer->text = whole;
    answer->size = text.size();
    answer->root = json::parse_own(*arena, tree, static_cast<uint32_t>(text.size()), error);
  }
  if (answer->root == nullptr) {
    gdlrt_answer_free(answer);
    return GDLRT_NO_MEMORY;
  }
  *out = answer;
  return GDLRT_OK;
}

}  // namespace gdlrt

struct gdlrt_node : gdlrt::json::Value {};

namespace {

const gdlrt_node* node(const gdlrt::json::Value* v) { return static_cast<const gdlrt_node*>(v); }

}  // namespace

extern "C" {

void gdlrt_answer_free(gdlrt_answer* answer) {
  if (answer == nullptr || !answer->owned) return;
  auto* own = static_cast<gdlrt::OwnedAnswer*>(answer);
  gdlrt::Memory memory = own->memory;
  own->~OwnedAnswer();
  memory.give(own, sizeof *own);
}

const char* gdlrt_answer_json(const gdlrt_answer* answer, size_t* size) {
  if (size != nullptr) *size = answer == nullptr ? 0 : answer->size;
  return answer == nullptr ? "" : answer->text;
}

const gdlrt_node* gdlrt_answer_root(const gdlrt_answer* answer) {
  return answer == nullptr ? nullptr : node(answer->root);
}

gdlrt_node_type gdlrt_node_kind(const gdlrt_node* n) {
  return n == nullptr ? GDLRT_ABSENT
                      : static_cast<gdlrt_node_type>(static_cast<uint8_t>(n->kind) + 1);
}

const char* gdlrt_node_text(const gdlrt_node* n) {
  if (n != nullptr && n->kind == gdlrt::json::Kind::boolean) return n->flag ? "true" : "false";
  return n == nullptr || n->text == nullptr ? "" : n->text;
}

size_t gdlrt_node_size(const gdlrt_node* n) {
  if (n != nullptr && n->kind == gdlrt::json::Kind::boolean) return n->flag ? 4 : 5;
  return n == nullptr ? 0 : n->size;
}

int gdlrt_node_true(const gdlrt_node* n) { return n != nullptr && n->flag ? 1 : 0; }

uint32_t gdlrt_node_count(const gdlrt_node* n) { return n == nullptr ? 0 : n->count; }

const gdlrt_node* gdlrt_node_at(const gdlrt_node* n, uint32_t i) {
  return n == nullptr || i >= n->count ? nullptr : node(n->items[i]);
}

const gdlrt_node* gdlrt_node_member(const gdlrt_node* n, const char* name) {
  if (n == nullptr || name == nullptr) return nullptr;
  for (const gdlrt::json::Value* v = n->first; v != nullptr; v = v->next) {
    if (v->key != nullptr && v->key_is(name)) return node(v);
  }
  return nullptr;
}

const char* gdlrt_node_name(const gdlrt_node* n) {
  return n == nullptr || n->key == nullptr ? "" : n->key;
}

}  // extern "C"
