import { NOTABLE_TIES, type Group } from '../results/index.ts'
import { layerName, share, shortened } from './words.ts'

/** Where a network collapsed: the layers that keep nothing, `conv4`. */
export function collapsedWhere(emptyLayers: readonly string[]): string {
  return emptyLayers.length === 0 ? 'no path from input to output' : shortened(emptyLayers.map(layerName), 4)
}

/** What a mask that collapsed did: `keeps nothing of conv4`. */
export function collapseReason(emptyLayers: readonly string[]): string {
  return emptyLayers.length === 0
    ? 'leaves no path from input to output'
    : `keeps nothing of ${collapsedWhere(emptyLayers)}`
}

/** What a reader of a group's figures must know of its masks, where they are not what its criterion's name says. */
export function maskCaveats({ tiedShare, emptyLayers, statuses }: Group): string[] {
  return [
    ...(tiedShare !== null && tiedShare > NOTABLE_TIES
      ? [`equal scores: their order chose ${share(Number(tiedShare.toFixed(3)))} of the mask`]
      : []),
    ...(statuses.collapsed === 0 && emptyLayers.length > 0
      ? [`${collapseReason(emptyLayers)}, which shortcuts lead past`]
      : []),
  ]
}
