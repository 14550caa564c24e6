/* fuzz_sidecar.c -- any bytes as the outputs of a notebook: an error, or outputs that are written and shown. */
#include "repl/notebook_compare.h"
#include "repl/notebook_sidecar.h"
#include "repl/percent.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char cells[] = "-- %%\nx\n-- %%\ny\n-- %%\nx\n";
    char error[200] = "";
    sidecar_header h;
    notebook *nb = percent_parse(cells, sizeof cells - 1);
    if (!nb) abort();
    sidecar_result result =
        sidecar_parse("fuzz", (const char *)bytes, n, nb, &h, error, sizeof error);
    if ((result == SIDECAR_BROKEN) != (*error != '\0')) abort();
    for (int i = 0; i < notebook_count(nb); i++) {
        const outputs *o = notebook_at(nb, i)->outputs;
        outputs *canonical = o ? compare_canonical(o) : NULL,
                *again = canonical ? compare_canonical(canonical) : NULL;
        double difference = 0;
        if (o && (!again || compare_outputs(canonical, again, &difference) != COMPARE_IDENTICAL))
            abort();
        buffer shown = { 0 };
        if (o) compare_show(&shown, o, canonical, 3);
        buffer_free(&shown);
        outputs_release(again);
        outputs_release(canonical);
    }
    json_decref(h.environment);
    notebook_free(nb);
    return 0;
}
