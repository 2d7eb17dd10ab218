//go:build ignore

/* Compiles flag configs in three steps: it starts with empty arrays, reads the
 * document into them, and links what was read into a plan.
 *
 * The builder owns all memory until the end, so releasing it is the only
 * cleanup, whichever step fails. Errors come from two places: invalid JSON is
 * the reader's, everything else the builder's. The offset is where the reader
 * stopped. */

#include "xc_build.h"
#include "xc_error.h"
#include "xc_link.h"
#include "xc_parse.h"

xc_plan *xc_plan_compile(const char *flags, size_t length, const xc_allocator *allocator, xc_error *error)
{
    xc_builder builder;
    xc_plan *plan = NULL;
    int32_t code;

    memset(&builder, 0, sizeof builder);
    builder.allocator = *allocator;
    builder.document = flags;
    builder.in = xc_reader_of(flags, length);
    if (builder.in.error == XC_OK && xc_builder_start(&builder, length) && xc_parse(&builder))
        plan = xc_link(&builder);
    code = builder.in.error != XC_OK ? builder.in.error : builder.error;
    xc_error_set(error, plan != NULL ? XC_OK : code, (size_t)(builder.in.p - builder.document));
    xc_builder_free(&builder);
    return plan;
}
