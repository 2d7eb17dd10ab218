package experiment

// Variants are the variants of one user by flag key, as Fetch and Evaluate
// return them. A flag that is absent is off for the user, or unknown; indexing
// the map then gives the zero Variant.
//
// The map belongs to the caller. The payloads and metadata in it may be shared
// with other calls: treat them as read-only.
type Variants map[string]Variant

// Lookup finds the variant of a flag. [Variants] and local.Subject implement
// it, so that code which reads variants works with remote and local evaluation.
type Lookup interface {
	// Variant returns the variant of a flag. It returns the zero Variant and
	// false if there is none.
	Variant(flagKey string) (Variant, bool)
}

var _ Lookup = Variants(nil)

// Variant returns the variant of a flag. It returns the zero Variant and false
// if v has no variant of that flag.
func (v Variants) Variant(flagKey string) (Variant, bool) {
	variant, ok := v[flagKey]
	return variant, ok
}
