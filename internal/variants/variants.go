// Package variants holds the rule on which variants a client returns, so that remote and local evaluation share it.
package variants

// Hidden says whether a variant with this metadata is left out of results unless a caller asks for defaults: "default" is
// true, or "deployed" is false. A flag without either is deployed and its variant is not the default, and only the
// booleans count: the service sends nothing else.
func Hidden(metadata map[string]any) bool {
	if isDefault, ok := metadata["default"].(bool); ok && isDefault {
		return true
	}
	deployed, ok := metadata["deployed"].(bool)
	return ok && !deployed
}
