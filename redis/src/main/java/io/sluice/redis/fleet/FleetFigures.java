package io.sluice.redis.fleet;

/**
 * Figures of a node's part in the fleet at one moment.
 *
 * @param nodes how many nodes are there, as far as this one has heard
 * @param up whether what nodes share can be reached
 * @param leads whether this node tells who is there for all
 * @param asked requests that went to other nodes since the start
 * @param unanswered how many of them got no answer in time
 * @param rejoined how often the others had taken this node for gone
 */
public record FleetFigures(
    int nodes, boolean up, boolean leads, long asked, long unanswered, long rejoined) {}
