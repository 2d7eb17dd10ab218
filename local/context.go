package local

import "context"

// contextKey is the key of a context's Subject. Its type is not exported, so no
// other package can have the same key.
type contextKey struct{}

// NewContext returns a copy of ctx that carries the subject, usually the one of
// the request that ctx belongs to. It replaces a subject that ctx carries
// already. A nil subject is allowed.
func NewContext(ctx context.Context, subject *Subject) context.Context {
	return context.WithValue(ctx, contextKey{}, subject)
}

// FromContext returns the subject that ctx carries, or nil if there is none.
// The methods of a nil Subject are safe to call: Variant returns false, and
// Evaluate returns an error. So a handler can look up flags without a check,
// and every flag is off for a request without a subject:
//
//	variant, ok := local.FromContext(r.Context()).Variant("checkout-button")
func FromContext(ctx context.Context) *Subject {
	subject, _ := ctx.Value(contextKey{}).(*Subject)
	return subject
}
