//go:build ignore

/* Makes the trees of paths along which an evaluation walks JSON.
 *
 * A context that is an object is read in one pass: at each member the walk asks
 * for the edge from its node along the member's name. If there is none, the
 * value is skipped. So reading a context costs no more than scanning it once,
 * however many paths there are. Results of flags are walked in the same way,
 * each along a tree of its own. All edges are in one hash table, at most half
 * of which is full. */

#include "xc_link.h"

/* Adds a node below a parent. If the parent is XC_NOTHING, the node is a root,
 * which is its own parent. Returns the number of the node, or XC_NOTHING if
 * there is no memory. */
static uint32_t xc_add_node(xc_builder *b, uint32_t parent)
{
    xc_node *node = xc_add_item(b, XC_NODES);
    uint32_t number = b->array[XC_NODES].count - 1;
    if (node == NULL)
        return XC_NOTHING;
    node->parent = parent == XC_NOTHING ? number : parent;
    node->slot = XC_NOTHING;
    node->children = 0;
    return number;
}

/* Adds the path of a slot below a root. It shares the nodes that are there
 * already. */
static bool xc_link_path(xc_builder *b, uint32_t root, uint32_t number)
{
    const xc_slot *slot = XC_ITEMS(const xc_slot, b->array[XC_SLOTS]) + number;
    xc_edge *edges = XC_ITEMS(xc_edge, b->array[XC_EDGES]);
    uint32_t mask = b->array[XC_EDGES].count - 1, at = root;
    for (uint32_t i = 0; i < slot->names; i++) {
        xc_span name = XC_ITEMS(const xc_span, b->array[XC_NAMES])[slot->name + i];
        xc_text text = xc_built_text(b, name);
        uint32_t place = xc_edge_place(b->allocator.hash_key, at, text, mask);
        while (edges[place].node != XC_NOTHING &&
               (edges[place].node != at || !xc_text_equal(xc_built_text(b, edges[place].name), text)))
            place = (place + 1) & mask;
        if (edges[place].node == XC_NOTHING) {
            edges[place].node = at;
            edges[place].name = name;
            XC_ITEMS(xc_node, b->array[XC_NODES])[at].children++;
            if ((edges[place].child = xc_add_node(b, at)) == XC_NOTHING)
                return false;
        }
        at = edges[place].child;
    }
    XC_ITEMS(xc_node, b->array[XC_NODES])[at].slot = number;
    return true;
}

/* Makes the trees of results. The nodes of each tree must follow each other, so
 * the slots are taken flag by flag, along lists that are made first. */
static bool xc_link_results(xc_builder *b, uint32_t context_slots)
{
    const xc_slot *slots = XC_ITEMS(const xc_slot, b->array[XC_SLOTS]) + context_slots;
    uint32_t count = b->array[XC_SLOTS].count - context_slots, *first, *next;
    if ((first = xc_vector_fill(b, &b->result_first, sizeof *first, b->array[XC_FLAGS].count, 0xFF)) == NULL ||
        (next = xc_vector_fill(b, &b->result_next, sizeof *next, count, 0xFF)) == NULL)
        return false;
    for (uint32_t i = count; i-- > 0;) {
        next[i] = first[slots[i].flag];
        first[slots[i].flag] = i;
    }
    for (uint32_t f = 0; f < b->array[XC_FLAGS].count; f++) {
        xc_flag *flag = xc_built_flag(b, f);
        if (first[f] == XC_NOTHING)
            continue;
        if ((flag->node = xc_add_node(b, XC_NOTHING)) == XC_NOTHING)
            return false;
        for (uint32_t i = first[f]; i != XC_NOTHING; i = next[i])
            if (!xc_link_path(b, flag->node, context_slots + i))
                return false;
        flag->nodes = b->array[XC_NODES].count - flag->node;
    }
    return true;
}

XC_INTERNAL bool xc_link_trees(xc_builder *b)
{
    uint32_t slots = b->array[XC_SLOTS].count, context_slots = slots - b->result_slots.count;
    size_t names = 0, size = 4;
    for (uint32_t i = 0; i < slots; i++)
        names += XC_ITEMS(const xc_slot, b->array[XC_SLOTS])[i].names;
    while (size < names * 2)
        size *= 2;
    if (xc_vector_fill(b, &b->array[XC_EDGES], sizeof(xc_edge), size, 0xFF) == NULL ||
        xc_add_node(b, XC_NOTHING) == XC_NOTHING)
        return false;
    for (uint32_t i = 0; i < context_slots; i++)
        if (!xc_link_path(b, 0, i))
            return false;
    b->context_nodes = b->array[XC_NODES].count;
    return xc_link_results(b, context_slots);
}
